import type { Arrival } from "./build-stream.ts";
import type { Neighbours } from "./neighbours.ts";
import type { Tally } from "./run-stream.ts";

/** What comes to a cache with a fixed threshold: the same arrivals as to the cache that it is compared with. */
export interface StaticOptions {
  readonly stream: readonly Arrival[];
  readonly neighbours: Neighbours;
  /** Those that the tiers before did not answer, in their order. */
  readonly decided: readonly number[];
}

/** A cache that gives the nearest entry's answer whenever its similarity reaches a threshold, and caches what it does not answer. */
export class StaticRun {
  readonly threshold: number;
  /** Of each arrival: whether what it was given was right; null where it was given nothing. */
  readonly #given: readonly (boolean | null)[];

  constructor(threshold: number, { decided, neighbours, stream }: StaticOptions) {
    this.threshold = threshold;
    const cached = new Set<number>();
    this.#given = decided.map((at) => {
      const [nearest] = neighbours.nearest(at, 1, (earlier) => cached.has(earlier));
      if (nearest !== undefined && nearest.similarity >= threshold) return stream[nearest.entry]?.answer === stream[at]?.answer;
      cached.add(at);
      return null;
    });
  }

  /** Answers given from that place among the arrivals on. */
  since(place: number): Tally {
    const given = this.#given.slice(place).filter((isRight) => isRight !== null);
    return { hits: given.length, wrong: given.filter((isRight) => !isRight).length };
  }
}

/** Thresholds tried, and the share of the arrivals that the lowest of them may answer, by what lies nearest before each. */
const TRIED = 40;
const LOWEST_ANSWERS = 0.7;

/** From the highest down; closer together where few are answered. */
export function sweepThresholds(options: StaticOptions): readonly StaticRun[] {
  const { decided, neighbours } = options;
  const earlier = new Set<number>();
  const similarities = decided.flatMap((at) => {
    const [nearest] = neighbours.nearest(at, 1, (other) => earlier.has(other));
    earlier.add(at);
    return nearest === undefined ? [] : [nearest.similarity];
  });
  const sorted = similarities.toSorted((one, other) => other - one);
  const places = Array.from({ length: TRIED }, (_, step) => ((step + 1) / TRIED) ** 2 * LOWEST_ANSWERS * (sorted.length - 1));
  const thresholds = new Set(places.flatMap((place) => sorted[Math.floor(place)] ?? []));
  return [...thresholds].map((threshold) => new StaticRun(threshold, options));
}

/** Chosen in hindsight: of the thresholds that gave at most `share` wrong from a place on, what the one with most answers gave. */
export function bestOf(sweep: readonly StaticRun[], share: number, place: number): Tally {
  const kept = sweep.map((run) => run.since(place)).filter(({ hits, wrong }) => wrong <= share * hits);
  return kept.reduce((best, run) => (run.hits > best.hits ? run : best), { hits: 0, wrong: 0 });
}
