import type { LabelNoise } from "./label-noise.ts";

/** Mean and covariance (row by row) of the weights. */
export interface ModelState {
  readonly mean: readonly number[];
  readonly covariance: readonly number[];
}

/** What is known of a weight before any label. */
export interface Prior {
  readonly mean: number;
  readonly variance: number;
  /** 1: more of it never makes a right answer less likely; -1: never more likely; 0: either. */
  readonly sign: -1 | 0 | 1;
}

/** What a label forgets: weights follow traffic that changes over some thousands of labels. */
const DRIFT = 2e-5;
/** Standard deviations below the mean: 95 % of what is credible lies above. */
const Z = 1.645;

/**
 * P(the answer is right | features), a Bayesian logistic regression with a Gaussian over its weights. A label costs one step of
 * Laplace's approximation, O(d²), and none is kept. Labels may be wrong: their likelihood is P(label 1) = missedDifferent + c·σ(η).
 */
export class DecisionModel {
  readonly #priors: readonly Prior[];
  readonly #mean: Float64Array;
  readonly #covariance: Float64Array;

  /** A state of another size is not used. */
  constructor(priors: readonly Prior[], state: ModelState | null = null) {
    const size = priors.length;
    const isFitting = state?.mean.length === size && state.covariance.length === size * size;
    this.#priors = priors;
    this.#mean = Float64Array.from(isFitting ? state.mean : priors.map(({ mean }) => mean));
    this.#covariance = isFitting ? Float64Array.from(state.covariance) : new Float64Array(size * size);
    if (!isFitting) priors.forEach(({ variance }, at) => (this.#covariance[at * size + at] = variance));
  }

  get state(): ModelState {
    return { mean: [...this.#mean], covariance: [...this.#covariance] };
  }

  /** Probability that the answer is right, and the lower end of what is credible of it. */
  judge(features: readonly number[]): { readonly mean: number; readonly low: number } {
    const logit = this.#logit(features);
    const spread = this.#spread(features);
    return { mean: sigmoid(logit), low: sigmoid(logit - Z * Math.sqrt(spread.variance)) };
  }

  learn(features: readonly number[], label: 0 | 1, { missedDifferent, missedSame }: LabelNoise): void {
    const size = this.#mean.length;
    const { gains, variance } = this.#spread(features);
    const certainty = 1 - missedSame - missedDifferent;
    const right = sigmoid(this.#logit(features));
    const expected = missedDifferent + certainty * right;
    const slope = certainty * right * (1 - right);
    const weight = 1 / Math.max(1e-9, expected * (1 - expected));
    const information = Math.max(1e-4, slope * slope * weight);
    const shrink = 1 + information * variance;
    const step = ((label - expected) * slope * weight) / shrink;
    for (let row = 0; row < size; row += 1) {
      const gain = gains[row] ?? 0;
      this.#mean[row] = this.#within(row, (this.#mean[row] ?? 0) + gain * step);
      for (let column = 0; column < size; column += 1) {
        const at = row * size + column;
        this.#covariance[at] = (this.#covariance[at] ?? 0) - (gain * (gains[column] ?? 0) * information) / shrink;
      }
      this.#covariance[row * size + row] = (this.#covariance[row * size + row] ?? 0) + DRIFT;
    }
  }

  /** Knows half as much as before, in standard deviations: after a bound was broken. */
  doubt(): void {
    for (let at = 0; at < this.#covariance.length; at += 1) this.#covariance[at] = (this.#covariance[at] ?? 0) * 4;
  }

  #within(row: number, weight: number): number {
    const sign = this.#priors[row]?.sign ?? 0;
    return sign !== 0 && weight * sign < 0 ? 0 : weight;
  }

  #logit(features: readonly number[]): number {
    let sum = 0;
    for (let at = 0; at < this.#mean.length; at += 1) sum += (this.#mean[at] ?? 0) * (features[at] ?? 0);
    return sum;
  }

  /** Σφ and φᵀΣφ. */
  #spread(features: readonly number[]): { readonly gains: Float64Array; readonly variance: number } {
    const size = this.#mean.length;
    const gains = new Float64Array(size);
    let variance = 0;
    for (let row = 0; row < size; row += 1) {
      let gain = 0;
      for (let column = 0; column < size; column += 1) {
        gain += (this.#covariance[row * size + column] ?? 0) * (features[column] ?? 0);
      }
      gains[row] = gain;
      variance += gain * (features[row] ?? 0);
    }
    return { gains, variance: Math.max(0, variance) };
  }
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
