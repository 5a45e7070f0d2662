import { lowerShare, upperShare } from "./binomial.ts";

/** Of comparisons whose truth was known: how many, and how many of them were wrong. */
export interface NoiseCount {
  readonly seen: number;
  readonly missed: number;
}

/** Of a comparison of which nothing is known yet: 1 in 50 is wrong, and 50 comparisons weigh as much as that. */
const PRIOR: NoiseCount = { missed: 1, seen: 50 };
/** Beyond it all counts are halved: what answers, and how it words them, changes. */
const MOST_SEEN = 4_000;
/** Labels that are wrong more often tell nothing. */
const MOST_NOISE = 0.4;

/**
 * How often a label is wrong, learnt from pairs of answers whose truth is known: two answers to the very same question (a refresh),
 * and answers to questions that have nothing to do with each other.
 */
export class LabelNoise {
  #same: NoiseCount;
  #different: NoiseCount;
  #range: readonly [least: number, greatest: number];

  constructor(same: NoiseCount = { seen: 0, missed: 0 }, different: NoiseCount = { seen: 0, missed: 0 }) {
    this.#same = same;
    this.#different = different;
    this.#range = rangeOf(same);
  }

  get counts(): readonly [NoiseCount, NoiseCount] {
    return [this.#same, this.#different];
  }

  /** `truth`: whether the two answer the same; `label`: what comparing them said. */
  saw(truth: 0 | 1, label: 0 | 1): void {
    const isMissed = truth !== label;
    if (truth === 1) {
      this.#same = counted(this.#same, isMissed);
      this.#range = rangeOf(this.#same);
    } else this.#different = counted(this.#different, isMissed);
  }

  /** Probability of calling equal answers different. */
  get missedSame(): number {
    return estimate(this.#same);
  }

  /** Probability of calling different answers equal. */
  get missedDifferent(): number {
    return estimate(this.#different);
  }

  /**
   * `missedSame` as a certificate may rely on it, which takes wrong labels out of what it counted: too great an estimate would hide
   * wrong answers, so it is the least that the comparisons allow for, and nothing before there were any.
   */
  get leastMissedSame(): number {
    return this.#range[0];
  }

  /** `missedSame` as a breaker may rely on it, which must not take wrong labels for wrong answers: the greatest. */
  get greatestMissedSame(): number {
    return this.#range[1];
  }
}

function estimate({ missed, seen }: NoiseCount): number {
  return Math.min(MOST_NOISE, (missed + PRIOR.missed) / (seen + PRIOR.seen));
}

function counted({ missed, seen }: NoiseCount, isMissed: boolean): NoiseCount {
  const next = { seen: seen + 1, missed: missed + (isMissed ? 1 : 0) };
  return next.seen <= MOST_SEEN ? next : { seen: Math.round(next.seen / 2), missed: Math.round(next.missed / 2) };
}

/** Where nothing was missed, the estimate is as much as there is reason to fear. */
function rangeOf(count: NoiseCount): readonly [least: number, greatest: number] {
  const { missed, seen } = count;
  const greatest = missed === 0 ? 0 : upperShare(missed, seen);
  return [Math.min(MOST_NOISE, lowerShare(missed, seen)), Math.min(MOST_NOISE, Math.max(estimate(count), greatest))];
}
