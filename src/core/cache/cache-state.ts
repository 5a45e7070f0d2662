import type { HitTier } from "./stored-answer.ts";

/** How an answer came about, as its header and its row say. `shadow`: asked upstream, though a stored answer would have been given. */
export const CACHE_STATES = ["hit-exact", "hit-canonical", "hit-semantic", "miss", "bypass", "shadow"] as const;

export type CacheState = (typeof CACHE_STATES)[number];

/** The state of an answer that came from the cache. */
export type HitState = Extract<CacheState, `hit-${string}`>;

export function isHit(state: CacheState): state is HitState {
  return state.startsWith("hit-");
}

export function hitState(tier: HitTier): HitState {
  return `hit-${tier}`;
}
