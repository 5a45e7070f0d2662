import type { CacheMark } from "../canonical/block.ts";
import type { WireBlock, Writing } from "./writing.ts";

/** More is refused. */
const CACHE_POINTS = 4;

/**
 * Puts a cache point behind the last block of `list`. Behind a document or a film none may stand: it goes before them.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
export function markCache(list: WireBlock[], mark: CacheMark | undefined, writing: Writing): void {
  if (mark === undefined) return;
  const { losses, traits, upstream } = writing;
  if (!(upstream.capabilities?.has("prompt_cache") ?? traits.takesCachePoints)) {
    losses.hint("cache_marks", `${upstream.model} takes no cache points`);
    return;
  }
  let at = list.length;
  while (at > 0 && isUncacheable(list[at - 1])) at -= 1;
  if (at === 0) losses.hint("cache_marks", "nothing that a cache point may follow stands before the mark");
  else if (list[at - 1]?.["cachePoint"] === undefined) list.splice(at, 0, cachePoint(mark, writing));
}

/** The lists stand in the order in which the model reads them: the last points are kept. */
export function limitCachePoints(lists: readonly WireBlock[][], { losses }: Writing): void {
  const points = lists.flat().filter(isCachePoint).length;
  let tooMany = Math.max(0, points - CACHE_POINTS);
  if (tooMany > 0) losses.hint("cache_marks", `bedrock-converse takes ${CACHE_POINTS} cache points`);
  for (const list of lists) {
    for (let at = list.findIndex(isCachePoint); at !== -1 && tooMany > 0; at = list.findIndex(isCachePoint)) {
      list.splice(at, 1);
      tooMany -= 1;
    }
  }
}

function isCachePoint(block: WireBlock): boolean {
  return block["cachePoint"] !== undefined;
}

function isUncacheable(block: WireBlock | undefined): boolean {
  return block?.["document"] !== undefined || block?.["video"] !== undefined || block?.["reasoningContent"] !== undefined;
}

function cachePoint({ ttl }: CacheMark, { losses, traits }: Writing): WireBlock {
  const isLong = ttl === "1h" && traits.takesLongCache;
  if (ttl !== null && ttl !== "5m" && !isLong) losses.hint("cache_marks", `the cache is not kept for ${ttl}`);
  return { cachePoint: { type: "default", ...(isLong && { ttl }) } };
}
