/** The parameter `tenant` of routes whose reach is one. */
export const TENANT = {
  type: "string",
  maxLength: 63,
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  default: "default",
  description: "a namespace name",
} as const;
