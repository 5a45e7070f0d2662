/** The time at which simulations begin, epoch milliseconds. */
const EPOCH = 1_800_000_000_000;

/** One machine's clock: off by an offset, and a little fast or slow. Whole milliseconds, as `Date.now` tells them. */
export class LocalClock {
  readonly #offsetMs: number;
  readonly #rate: number;

  /** `drift`: 0.001 gains a millisecond a second. */
  constructor(offsetMs: number, drift: number) {
    this.#offsetMs = EPOCH + offsetMs;
    this.#rate = 1 + drift;
  }

  /** What it shows at a true time. */
  at(time: number): number {
    return Math.floor(this.#offsetMs + time * this.#rate);
  }

  /** The true time from which it shows `shown`. */
  when(shown: number): number {
    return (shown - this.#offsetMs) / this.#rate + 1e-6;
  }
}
