/** Attempts that count for or against a target. */
export interface OutcomeCounts {
  readonly ok: number;
  readonly failed: number;
}

const WINDOW_SECONDS = 30;
/** Attempts below which a share of failures says nothing. */
const ENOUGH_ATTEMPTS = 20;

/** Counts of the last seconds, one slot a second. A clock that steps back counts into the newest second. */
export class OutcomeWindow {
  readonly #seconds: number;
  /** Pairs of ok and failed. */
  readonly #slots: Uint32Array;
  #second = 0;

  constructor(seconds: number = WINDOW_SECONDS) {
    this.#seconds = seconds;
    this.#slots = new Uint32Array(2 * seconds);
  }

  /** Milliseconds. */
  add({ ok, failed }: OutcomeCounts, now: number): void {
    this.#advance(now);
    const slot = 2 * (this.#second % this.#seconds);
    this.#slots[slot] = (this.#slots[slot] ?? 0) + ok;
    this.#slots[slot + 1] = (this.#slots[slot + 1] ?? 0) + failed;
  }

  /** Counts of the last `seconds`, the current one included; at most as many as the window has. */
  total(seconds: number, now: number): OutcomeCounts {
    this.#advance(now);
    let ok = 0;
    let failed = 0;
    for (let age = 0; age < Math.min(seconds, this.#seconds); age++) {
      const slot = 2 * ((this.#second - age + this.#seconds) % this.#seconds);
      ok += this.#slots[slot] ?? 0;
      failed += this.#slots[slot + 1] ?? 0;
    }
    return { ok, failed };
  }

  /** Whether there were at least 20 attempts, and half of them failed. */
  isMostlyFailing(now: number): boolean {
    const { failed, ok } = this.total(this.#seconds, now);
    return ok + failed >= ENOUGH_ATTEMPTS && failed >= ok;
  }

  clear(): void {
    this.#slots.fill(0);
  }

  #advance(now: number): void {
    const second = Math.floor(now / 1_000);
    const passed = Math.min(this.#seconds, second - this.#second);
    for (let step = 1; step <= passed; step++) {
      const slot = 2 * ((this.#second + step) % this.#seconds);
      this.#slots.fill(0, slot, slot + 2);
    }
    this.#second = Math.max(this.#second, second);
  }
}
