import type { Run } from "./deps.ts";

/** Before the first answer a store is waited for as long as anybody waits, later three times what it usually takes, and no less than this. */
const LEAST_MS = 150;
const MOST_MS = 1_000;
/** A timer so late says that the isolate was busy. */
const BUSY_MS = 20;
/** A slow answer is what must be expected for so long, a little less with each that is faster. */
const FADES_IN_MS = 10_000;

/** How long a store is waited for, by how long it usually takes as seen from this isolate, and when it was last heard. */
export class Patience {
  #roundTripMs: number | null = null;
  #heardAt = Number.NEGATIVE_INFINITY;
  #gaveUpAt = Number.NEGATIVE_INFINITY;

  /** It answered at `now` what was asked `tookMs` before. */
  note(tookMs: number, now: number): void {
    const known = this.#roundTripMs ?? 0;
    const kept = Math.exp(-Math.max(0, now - this.#heardAt) / FADES_IN_MS);
    this.#roundTripMs = tookMs > known ? tookMs : known * kept + tookMs * (1 - kept);
    this.#heardAt = now;
  }

  /** It was waited for in vain, or has failed. */
  giveUp(now: number): void {
    this.#gaveUpAt = now;
  }

  /** Milliseconds since it was last given up; infinite when it was heard since. */
  gaveUpAgoMs(now: number): number {
    return this.#heardAt >= this.#gaveUpAt ? Number.POSITIVE_INFINITY : now - this.#gaveUpAt;
  }

  /**
   * What the store answers; null when it counts as down: nothing was heard of it for so long, by whomever it was asked. Nobody
   * waits for longer than `mostMs`. Rejects as `work` does.
   */
  async within<Value>(work: Promise<Value>, run: Pick<Run, "now" | "sleep">, mostMs = MOST_MS): Promise<Value | null> {
    const askedAt = run.now();
    const heard = work.then((answer) => ({ answer }));
    let from = askedAt;
    for (;;) {
      const until = Math.min(askedAt + mostMs, this.#waitsUntil(from, mostMs));
      const leftMs = Math.ceil(until - run.now());
      if (leftMs <= 0) return null;
      const outcome = await Promise.race([heard, run.sleep(leftMs).then(() => null)]);
      if (outcome !== null) return outcome.answer;
      // While this isolate was busy an answer may have come that it had no time to hear.
      if (run.now() - until > BUSY_MS) from = run.now();
    }
  }

  #waitsUntil(from: number, mostMs: number): number {
    const limitMs = this.#roundTripMs === null ? mostMs : Math.max(LEAST_MS, 3 * this.#roundTripMs);
    return Math.max(from, this.#heardAt) + limitMs;
  }
}
