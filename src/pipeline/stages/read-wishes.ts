import { FairleadError } from "../../core/errors.ts";

const CACHE_WISHES = ["off", "no-store", "exact", "refresh"];
const MILLISECONDS = /^[1-9]\d{0,8}$/;

/** What a caller may ask for by header; it can only tighten what policy says. */
export interface Wishes {
  /** Whole-request deadline in milliseconds; Infinity when nothing was asked. */
  readonly timeoutMs: number;
  readonly cache: string | null;
}

/** Reads `x-fairlead-timeout-ms` and `x-fairlead-cache`. @throws FairleadError `invalid_header` */
export function readWishes(headers: Headers): Wishes {
  const timeout = headers.get("x-fairlead-timeout-ms");
  if (timeout !== null && !MILLISECONDS.test(timeout)) {
    throw new FairleadError("invalid_header", "'x-fairlead-timeout-ms' must be a whole number of milliseconds above 0.");
  }
  const cache = headers.get("x-fairlead-cache");
  if (cache !== null && !CACHE_WISHES.includes(cache)) {
    throw new FairleadError("invalid_header", `'x-fairlead-cache' must be one of ${CACHE_WISHES.join(", ")}.`);
  }
  return { timeoutMs: timeout === null ? Number.POSITIVE_INFINITY : Number(timeout), cache };
}
