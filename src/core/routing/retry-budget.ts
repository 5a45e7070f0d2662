const WINDOW_SECONDS = 10;
/** A provider that fails most of what it is asked is not helped by more of it. */
const FAILING_PERCENT = 2;

/**
 * How much extra load retries and failovers may cause: over any ten seconds at most `percent` of the first attempts plus
 * `floorPerSecond`. Per isolate; without it every failure would multiply the load on what is already failing.
 */
export interface RetryBudget {
  /** Counts a first attempt. Milliseconds. */
  recordFirst(now: number): void;
  /** Takes one extra attempt if the budget has it; it has less where most of what is asked of a provider fails anyway. */
  tryTake(now: number, isFailing: boolean): boolean;
}

export function createRetryBudget(options: { readonly percent: number; readonly floorPerSecond: number }): RetryBudget {
  const firsts = new SlidingCount();
  const extras = new SlidingCount();
  return {
    recordFirst: (now) => firsts.add(now),
    tryTake: (now, isFailing) => {
      const percent = isFailing ? Math.min(options.percent, FAILING_PERCENT) : options.percent;
      const allowed = (firsts.total(now) * percent) / 100 + options.floorPerSecond * WINDOW_SECONDS;
      if (extras.total(now) + 1 > allowed) return false;
      extras.add(now);
      return true;
    },
  };
}

/** Counts per second over the last ten seconds. */
class SlidingCount {
  readonly #counts = new Float64Array(WINDOW_SECONDS);
  #second = 0;

  add(now: number): void {
    this.#advance(now);
    const slot = this.#second % WINDOW_SECONDS;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  total(now: number): number {
    this.#advance(now);
    let sum = 0;
    for (const count of this.#counts) sum += count;
    return sum;
  }

  #advance(now: number): void {
    const second = Math.floor(now / 1_000);
    if (second <= this.#second) return;
    const passed = Math.min(WINDOW_SECONDS, second - this.#second);
    for (let step = 1; step <= passed; step++) this.#counts[(this.#second + step) % WINDOW_SECONDS] = 0;
    if (passed === WINDOW_SECONDS) this.#counts.fill(0);
    this.#second = second;
  }
}
