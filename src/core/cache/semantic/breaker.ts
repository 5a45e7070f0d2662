import type { LabelShares } from "./evidence.ts";

/** The breaker opens at it: in at most one life of a hundred that keep the bound throughout (Ville). */
const OPENS_AT = 100;
/** What it bets on: so many times the bound. */
const BET = 4;
/** A bet of its own begins every so many checks: one that began long ago has lost all it had while the bound was kept. */
const BLOCK = 32;
/** Of the logarithm of the likelihood ratio since the last time it was in favour of the bound. */
const SUSPECTS_AT = 0.5;

/** `stake` is what all bets that began hold together, `checks` what they saw. */
export interface BreakerState {
  readonly stake: number;
  readonly checks: number;
  readonly suspicion: number;
}

export const NEW_BREAKER: BreakerState = { stake: 0, checks: 0, suspicion: 0 };

/**
 * One more answer that was given and checked. The stakes, with what is held back for bets to come, are a test martingale while the
 * bound is kept, whatever is checked next is decided by, as long as that is decided before the answer is known.
 */
export function afterCheck(state: BreakerState, label: 0 | 1, { at, atBound }: LabelShares): BreakerState {
  const share = Math.min(at(BET), (1 + atBound) / 2);
  const ratio = label === 0 ? share / atBound : (1 - share) / (1 - atBound);
  const begun = state.checks % BLOCK === 0 ? betOf(state.checks / BLOCK + 1) : 0;
  return {
    stake: (state.stake + begun) * ratio,
    checks: state.checks + 1,
    suspicion: Math.max(0, state.suspicion + Math.log(ratio)),
  };
}

/** 1/2, 1/6, 1/12, …: one together. */
function betOf(block: number): number {
  return 1 / (block * (block + 1));
}

export function isOpen({ checks, stake }: BreakerState): boolean {
  const heldBack = 1 / (Math.ceil(checks / BLOCK) + 1);
  return stake + heldBack >= OPENS_AT;
}

/** Wrong answers were found of late, more than the bound explains: until it is known whether it holds, everything is checked. */
export function isSuspicious({ suspicion }: BreakerState): boolean {
  return suspicion >= SUSPECTS_AT;
}
