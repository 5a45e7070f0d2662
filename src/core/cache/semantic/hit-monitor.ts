import { upperShare } from "./binomial.ts";
import { afterCheck, type BreakerState, isOpen, isSuspicious, NEW_BREAKER } from "./breaker.ts";
import { evidenceBelow, sharesForBreaker, sharesForCertificate } from "./evidence.ts";
import type { LabelNoise } from "./label-noise.ts";

/** What was measured of the answers given, or that would have been. */
export interface Certificate {
  /** Answers compared with what upstream said, and how many of them were wrong. */
  readonly checked: number;
  readonly wrong: number;
  /** Compared without a verdict. */
  readonly unjudged: number;
  /** Clopper and Pearson's upper bound of the share of wrong ones (95 %), less what labels get wrong; 1 before anything was checked. */
  readonly upperBound: number;
  readonly isEarned: boolean;
  /** Open: it was earned and lost; answers are given again when it is earned anew. */
  readonly breaker: "closed" | "open";
  /** Epoch milliseconds when it was earned or lost; null before. */
  readonly since: number | null;
}

export interface MonitorState {
  readonly checked: number;
  readonly wrong: number;
  readonly unjudged: number;
  /** Answers given, or that would have been. */
  readonly hits: number;
  /** Attempts at earning it. */
  readonly attempt: number;
  readonly isEarned: boolean;
  readonly hasTripped: boolean;
  readonly since: number | null;
  readonly breaker: BreakerState;
}

/** What labels are held against. */
interface Against {
  /** Share of wrong answers, 0 to 1. */
  readonly bound: number;
  readonly noise: LabelNoise;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Probability that it is ever earned where the bound is broken, though looked at after every check: most of it is the first attempt's. */
const MISTAKE = 0.1;
const OF_FIRST = 0.9;
/** What was seen speaks so much against it that a new attempt, which must show more, is the shorter way. */
const GIVES_UP_AT = 0.05;
/** Of the answers checked, those without a verdict: a certificate of the others would say too little. */
const MOST_UNJUDGED = 1 / 3;
const LEAST_SHARE = 0.02;
const FIRST_CHECKS = 150;
/** What a report adds to the breaker's suspicion: as much as a wrong answer found. */
const REPORTED = 1.4;

/** Nothing is given before it is earned. */
export const NEW_MONITOR: MonitorState = {
  checked: 0,
  wrong: 0,
  unjudged: 0,
  hits: 0,
  attempt: 1,
  isEarned: false,
  hasTripped: false,
  since: null,
  breaker: NEW_BREAKER,
};

/** Given from the beginning, and watched. */
export const TRUSTED_MONITOR: MonitorState = { ...NEW_MONITOR, isEarned: true };

/** Certificate and breaker of one stream of answers: it reads only those that were checked by a coin that knew nothing of them. */
export class HitMonitor {
  #state: MonitorState;

  constructor(state: MonitorState) {
    this.#state = state;
  }

  get state(): MonitorState {
    return this.#state;
  }

  get isEarned(): boolean {
    return this.#state.isEarned;
  }

  /** An answer is given, or would have been. */
  hit(): void {
    this.#state = { ...this.#state, hits: this.#state.hits + 1 };
  }

  /** Share of the answers given that is checked: all of them in the beginning, and where wrong ones were found of late. */
  share(budget: number): number {
    const { breaker, hits, isEarned } = this.#state;
    if (!isEarned || isSuspicious(breaker)) return 1;
    return Math.min(1, Math.max(LEAST_SHARE, budget, FIRST_CHECKS / Math.max(1, hits)));
  }

  /** Somebody says that an answer was wrong: those that follow are checked, and decide. */
  suspect(): void {
    const { breaker } = this.#state;
    this.#state = { ...this.#state, breaker: { ...breaker, suspicion: breaker.suspicion + REPORTED } };
  }

  /** One of them was checked; `label` is null where comparing gave no verdict. Whether the breaker opened. */
  saw(label: 0 | 1 | null, against: Against): boolean {
    if (label === null) {
      this.#state = { ...this.#state, unjudged: this.#state.unjudged + 1 };
      return false;
    }
    const { checked, isEarned, wrong } = this.#state;
    this.#state = { ...this.#state, checked: checked + 1, wrong: wrong + (1 - label) };
    if (isEarned) return this.#watch(label, against);
    this.#tryToEarn(against);
    return false;
  }

  #tryToEarn({ bound, noise, now }: Against): void {
    const { attempt, checked, hits, unjudged, wrong } = this.#state;
    const evidence = evidenceBelow(checked, wrong, sharesForCertificate(bound, noise));
    const isJudged = unjudged <= MOST_UNJUDGED * (checked + unjudged);
    const isShown = evidence >= evidenceNeeded(attempt) && this.certificate({ bound, noise }).upperBound <= bound;
    if (isShown && isJudged) {
      this.#state = { ...this.#state, attempt: 1, isEarned: true, hasTripped: false, since: now, breaker: NEW_BREAKER };
    } else if (evidence < GIVES_UP_AT) {
      const { hasTripped, since } = this.#state;
      this.#state = { ...NEW_MONITOR, attempt: attempt + 1, hits, hasTripped, since };
    }
  }

  #watch(label: 0 | 1, { bound, noise, now }: Against): boolean {
    const breaker = afterCheck(this.#state.breaker, label, sharesForBreaker(bound, noise));
    const hasTripped = isOpen(breaker);
    this.#state = hasTripped ? { ...NEW_MONITOR, hasTripped, since: now } : { ...this.#state, breaker };
    return hasTripped;
  }

  certificate({ bound, noise }: Pick<Against, "bound" | "noise">): Certificate {
    const { checked, hasTripped, isEarned, since, unjudged, wrong } = this.#state;
    const labelled = upperShare(wrong, checked);
    const { atBound } = sharesForCertificate(bound, noise);
    const missed = noise.leastMissedSame;
    const upperBound = Math.min(1, Math.max(0, ((labelled - missed) * bound) / Math.max(1e-9, atBound - missed)));
    return { checked, wrong, unjudged, upperBound, isEarned, breaker: hasTripped ? "open" : "closed", since };
  }
}

/** All attempts together are mistaken with the probability of `MISTAKE` at most: 1/2 + 1/6 + 1/12 + … is one. */
function evidenceNeeded(attempt: number): number {
  return 1 / (MISTAKE * (attempt === 1 ? OF_FIRST : (1 - OF_FIRST) / (attempt * (attempt - 1))));
}
