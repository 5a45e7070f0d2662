import type { HeaderReader } from "./canonical-request.ts";

const REQUEST_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The caller's `x-request-id` when it is safe to log and to send back, else null: a new one is drawn. @see attack F01 */
export function readRequestId(headers: HeaderReader): string | null {
  const id = headers.get("x-request-id") ?? null;
  return id !== null && REQUEST_ID.test(id) ? id : null;
}
