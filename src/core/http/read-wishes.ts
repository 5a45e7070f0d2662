import { FairleadError } from "../errors.ts";
import { HOP_HEADER } from "../policy/link-target.ts";
import { type Preferences, readPreferences } from "../routing/preferences.ts";
import { type CacheWish, readCacheWish } from "./read-cache-wish.ts";

const MILLISECONDS = /^[1-9]\d{0,8}$/;

/** What a caller may ask for by header; it can only tighten what policy says. */
export interface Wishes {
  /** Whole-request deadline in milliseconds; Infinity when nothing was asked. */
  readonly timeoutMs: number;
  readonly cache: CacheWish;
  /** Routers the request has passed before this one. */
  readonly hops: 0 | 1;
  /** Which targets it would like, where its route lets it choose. */
  readonly preferences: Preferences | null;
  /** It wants to know how the request was decided. */
  readonly explain: boolean;
}

/** Reads the headers `x-fairlead-*` of a caller. @throws FairleadError `invalid_header`, `request_loop` */
export function readWishes(headers: ReadonlyMap<string, string>): Wishes {
  const timeout = headers.get("x-fairlead-timeout-ms");
  if (timeout !== undefined && !MILLISECONDS.test(timeout)) {
    throw new FairleadError("invalid_header", "'x-fairlead-timeout-ms' must be a whole number of milliseconds above 0.");
  }
  const hop = headers.get(HOP_HEADER);
  if (hop !== undefined && hop !== "1") {
    throw new FairleadError("request_loop", "The request has passed two routers already: a provider's base URL leads back here.");
  }
  return {
    timeoutMs: timeout === undefined ? Number.POSITIVE_INFINITY : Number(timeout),
    cache: readCacheWish(headers),
    hops: hop === undefined ? 0 : 1,
    preferences: preferencesOf(headers.get("x-fairlead-prefer")),
    explain: isExplainWanted(headers.get("x-fairlead-debug")),
  };
}

function preferencesOf(text: string | undefined): Preferences | null {
  if (text === undefined) return null;
  const read = readPreferences(text);
  if (read.kind === "refused") throw new FairleadError("invalid_header", read.message);
  return read.preferences;
}

function isExplainWanted(text: string | undefined): boolean {
  if (text !== undefined && text !== "explain") {
    throw new FairleadError("invalid_header", "'x-fairlead-debug' must be 'explain'.");
  }
  return text !== undefined;
}
