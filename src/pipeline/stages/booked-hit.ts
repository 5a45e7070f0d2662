import { chargeOf, type HitCharge } from "../../core/cache/charge-of.ts";
import type { Hit } from "./recall.ts";
import type { BookedHit } from "./usage-event.ts";

/** What giving a stored answer is charged by its rule. */
export function chargeOfHit({ slot, stored }: Hit): HitCharge {
  return chargeOf(stored, slot.cache.chargeShare);
}

/** As its row tells it. What giving it took is no saving. */
export function bookedHit(hit: Hit, tookMs: number): BookedHit {
  const { savedMicroUsd, savedTokens, tokens } = chargeOfHit(hit);
  const savedMs = Math.max(0, hit.stored.durationMs - tookMs);
  return { target: hit.stored.target, facts: { chargedTokens: tokens, savedTokens, savedMicroUsd, savedMs } };
}
