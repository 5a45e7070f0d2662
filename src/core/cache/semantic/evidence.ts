import type { LabelNoise } from "./label-noise.ts";

/** Share of answers labelled wrong, where the bound is just kept and where it is not. */
export interface LabelShares {
  /** With exactly the bound's share of wrong answers. */
  readonly atBound: number;
  /** With `times` the bound's share. */
  readonly at: (times: number) => number;
}

/** Labels as a certificate reads them: as few of them wrong as may be. */
export function sharesForCertificate(bound: number, noise: LabelNoise): LabelShares {
  return sharesOf(bound, noise.leastMissedSame, noise.missedDifferent);
}

/** Labels as a breaker reads them: as many of them wrong as may be. */
export function sharesForBreaker(bound: number, noise: LabelNoise): LabelShares {
  return sharesOf(bound, noise.greatestMissedSame, noise.missedDifferent);
}

function sharesOf(bound: number, missedSame: number, missedDifferent: number): LabelShares {
  const at = (times: number): number => missedSame + (1 - missedSame - missedDifferent) * Math.min(0.95, bound * times);
  return { atBound: at(1), at };
}

/** The shares that are betted on, as parts of the bound. */
const BETS = [0, 1 / 16, 1 / 8, 1 / 4, 1 / 2] as const;

/**
 * How much more likely what was seen is where less is wrong than the bound allows than where just that is: the mean over `BETS`.
 * Where the bound is broken it is a test supermartingale, so that it ever reaches 1/α has a probability of α at most (Ville): it may
 * be looked at after every check.
 */
export function evidenceBelow(checked: number, wrong: number, { at, atBound }: LabelShares): number {
  let sum = 0;
  for (const bet of BETS) {
    const share = at(bet);
    const ofWrong = wrong === 0 ? 0 : wrong * Math.log(share / atBound);
    sum += Math.exp(ofWrong + (checked - wrong) * Math.log((1 - share) / (1 - atBound)));
  }
  return sum / BETS.length;
}
