import { ERROR_TABLE, type FairleadError } from "../../core/errors.ts";

/** The four-key error envelope. @see https://platform.openai.com/docs/guides/error-codes */
export function encodeError(error: FairleadError): string {
  const { type } = ERROR_TABLE[error.code];
  return JSON.stringify({ error: { message: error.message, type, param: error.param, code: error.upstreamCode ?? error.code } });
}

/** One error event. Stock SDKs raise on any event that has an `error` key; no `[DONE]` follows it. */
export function encodeErrorEvent(error: FairleadError): string {
  return `data: ${encodeError(error)}\n\n`;
}
