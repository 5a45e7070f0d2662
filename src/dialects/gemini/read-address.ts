import type { AddressFacts, Operation } from "../dialect.ts";

const METHODS: ReadonlyMap<string, { readonly operation: Operation; readonly stream: boolean }> = new Map([
  ["generateContent", { operation: "chat", stream: false }],
  ["streamGenerateContent", { operation: "chat", stream: true }],
  ["countTokens", { operation: "count_tokens", stream: false }],
  ["embedContent", { operation: "embeddings", stream: false }],
  ["batchEmbedContents", { operation: "embeddings", stream: false }],
]);

/**
 * `<model>:<method>` → what is asked for; null for a method that there is not. Model names may hold colons of their own.
 * @see https://ai.google.dev/api/generate-content
 */
export function readAddress(
  rest: string,
  query: string,
): { readonly operation: Operation; readonly address: AddressFacts } | null {
  const colon = rest.lastIndexOf(":");
  const method = METHODS.get(rest.slice(colon + 1));
  if (colon < 1 || method === undefined) return null;
  return { operation: method.operation, address: { model: rest.slice(0, colon), stream: method.stream, query } };
}
