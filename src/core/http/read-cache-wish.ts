import { FairleadError } from "../errors.ts";

/** What a caller says of stored answers. It can only tighten what policy says. */
export interface CacheWish {
  /** Nothing is looked up and nothing is kept. */
  readonly isOff: boolean;
  /** Upstream is asked, whatever is stored; what it answers is kept. */
  readonly isRefresh: boolean;
  /** Only to the very same question. */
  readonly isExact: boolean;
  /** Older answers are not wanted. Milliseconds; infinite where nothing was said. */
  readonly maxAgeMs: number;
}

export const NO_CACHE_WISH: CacheWish = { isOff: false, isRefresh: false, isExact: false, maxAgeMs: Number.POSITIVE_INFINITY };

const WISHES = ["off", "no-store", "exact", "refresh"];
/** A year and more is no bound. */
const MAX_AGE = /^max-age=["]?(\d{1,8})["]?$/;

/**
 * Reads `x-fairlead-cache` and the directives of `cache-control` that a request may have; others say nothing here.
 * @throws FairleadError `invalid_header`
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1
 */
export function readCacheWish(headers: ReadonlyMap<string, string>): CacheWish {
  const wish = headers.get("x-fairlead-cache");
  const control = headers.get("cache-control");
  if (wish === undefined && control === undefined) return NO_CACHE_WISH;
  if (wish !== undefined && !WISHES.includes(wish)) {
    throw new FairleadError("invalid_header", `'x-fairlead-cache' must be one of ${WISHES.join(", ")}.`);
  }
  const directives = (control ?? "").split(",").map((directive) => directive.trim().toLowerCase());
  return {
    isOff: wish === "off" || wish === "no-store" || directives.includes("no-store"),
    isRefresh: wish === "refresh" || directives.includes("no-cache"),
    isExact: wish === "exact",
    maxAgeMs: Math.min(...directives.map(maxAgeOf)),
  };
}

function maxAgeOf(directive: string): number {
  const seconds = MAX_AGE.exec(directive)?.[1];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1_000;
}
