import type { AdminRoute } from "./admin-route.ts";
import { object } from "./json-schema.ts";
import { TENANT } from "./tenant-parameter.ts";

const IN_TENANT = object({ tenant: TENANT });
const DRY_RUN = {
  type: "boolean",
  default: true,
  description: "Only count.",
} as const;

const CONSUMER = {
  type: "string",
  maxLength: 63,
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  description: "lower-case letters, digits and '-'",
} as const;
const CREDENTIAL = {
  type: "string",
  minLength: 1,
  maxLength: 1_024,
  description: "The id of a key, `jwt:ISSUER:SUBJECT` or `mtls:FINGERPRINT`, as `keyId` of `listRequests`.",
} as const;

/** Kept answers. */
export const CACHE_ROUTES = {
  showCache: {
    method: "GET",
    path: "/admin/api/cache",
    permission: "cache:read",
    reach: "tenant",
    summary: "Kept answers by scope class: what was found, and what the semantic tier has proved.",
    query: IN_TENANT,
    body: null,
  },
  explainCache: {
    method: "POST",
    path: "/admin/api/cache/explain",
    permission: "cache:read",
    reach: "tenant",
    summary: "What a request would be given of kept answers, and why. Nothing is counted or sent.",
    query: IN_TENANT,
    body: object(
      {
        consumer: CONSUMER,
        credential: CREDENTIAL,
        dialect: {
          type: "string",
          enum: ["openai-chat", "openai-responses", "anthropic-messages"],
          default: "openai-chat",
          description: "Of the request.",
        },
        request: { type: "string", minLength: 2, maxLength: 524_288, description: "Its body." },
        region: {
          type: "string",
          maxLength: 2,
          pattern: /^[A-Z]{2}$/,
          description: "a continent, such as EU",
        },
      },
      ["consumer", "credential", "request"],
    ),
  },
  purgeCache: {
    method: "POST",
    path: "/admin/api/cache/purge",
    permission: "cache:write",
    reach: "tenant",
    summary: "What was asked until now is never given again: by tag, by scope class, or all of it.",
    query: IN_TENANT,
    body: object(
      {
        what: { type: "string", enum: ["tag", "class", "all"] },
        name: {
          type: "string",
          maxLength: 512,
          default: "",
          description:
            "Of a scope class, or a tag: the policy's own, `model:NAME`, `route:ID`, `target:PROVIDER/MODEL`, `prompt:VERSION`.",
        },
        dryRun: DRY_RUN,
      },
      ["what"],
    ),
  },
  eraseFromCache: {
    method: "POST",
    path: "/admin/api/cache/erase",
    permission: "cache:write",
    reach: "tenant",
    summary: "Erases what one credential of a consumer has asked and was answered, in every region.",
    query: IN_TENANT,
    body: object(
      {
        consumer: CONSUMER,
        credential: CREDENTIAL,
        dryRun: DRY_RUN,
      },
      ["consumer", "credential"],
    ),
  },
} as const satisfies Readonly<Record<string, AdminRoute>>;
