import { BoundedMap } from "../bounded-map.ts";

const MOST_MODELS = 1_000;
/** Before anything was seen. Tokens. */
const FIRST_GUESS = 500;
/** How much of what was known one answer replaces, once there are many. */
const SMOOTHING = 0.05;

interface Lengths {
  count: number;
  mean: number;
  /** Mean distance from the mean. */
  spread: number;
}

/**
 * How long answers are, by virtual model. What is reserved of a budget is what is likely, not the worst that a request would
 * allow: reserving 128,000 tokens for each of 50 agents that use 800 refuses those who have budget.
 */
export class ExpectedOutput {
  readonly #models = new BoundedMap<Lengths>(MOST_MODELS, () => ({ count: 0, mean: FIRST_GUESS, spread: FIRST_GUESS / 2 }));

  /** An answer of so many tokens. */
  learn(model: string, tokens: number): void {
    const lengths = this.#models.use(model);
    lengths.count += 1;
    const weight = Math.max(SMOOTHING, 1 / (lengths.count + 1));
    const distance = Math.abs(tokens - lengths.mean);
    lengths.mean += (tokens - lengths.mean) * weight;
    lengths.spread += (distance - lengths.spread) * weight;
  }

  /** What an answer is likely to need, in tokens; `most` is what the request allows, null where it does not say. */
  expect(model: string, most: number | null): number {
    const { mean, spread } = this.#models.use(model);
    const likely = Math.ceil(mean + spread);
    return most === null ? likely : Math.min(most, likely);
  }
}
