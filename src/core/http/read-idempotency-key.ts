import { FairleadError } from "../errors.ts";

export const IDEMPOTENCY_HEADER = "idempotency-key";

/** As Stripe has it; what structured headers would quote is taken as it comes. */
const KEY = /^[\x20-\x7e]{1,255}$/;

/** The caller's key for this request; null where it sent none. @throws FairleadError `invalid_header` */
export function readIdempotencyKey(headers: ReadonlyMap<string, string>): string | null {
  const key = headers.get(IDEMPOTENCY_HEADER);
  if (key === undefined) return null;
  if (KEY.test(key)) return key;
  throw new FairleadError("invalid_header", "'Idempotency-Key' must have 1 to 255 printable ASCII characters.");
}
