import { ERROR_TABLE, type FairleadError } from "../../core/errors.ts";
import type { EncodedError } from "../dialect.ts";

/** The four-key error envelope. @see https://platform.openai.com/docs/guides/error-codes */
export function encodeOpenAiError(error: FairleadError): EncodedError {
  const { status, type } = ERROR_TABLE[error.code];
  const { message, param } = error;
  // Callers cut their history at this one code, whatever the upstream calls it.
  const code = error.code === "context_length_exceeded" ? error.code : (error.upstreamCode ?? error.code);
  return {
    status,
    body: JSON.stringify({ error: { message, type, param, code } }),
    headers: {},
  };
}

/** One error event. Stock SDKs raise on any event that has an `error` key; no `[DONE]` follows it. */
export function encodeOpenAiErrorEvent(error: FairleadError): string {
  return `data: ${encodeOpenAiError(error).body}\n\n`;
}
