/** Before the first answer a store is waited for so long, later three times what it usually takes, within these bounds. */
const FIRST_MS = 1_000;
const LEAST_MS = 150;
const MOST_MS = 1_000;
/** How much of the usual round trip a new one replaces. */
const SMOOTHING = 0.2;

/** How long a store is waited for, by how long it usually takes as seen from this isolate. */
export class Patience {
  #roundTripMs: number | null = null;

  /** It answered after so long. */
  note(tookMs: number): void {
    this.#roundTripMs = this.#roundTripMs === null ? tookMs : this.#roundTripMs * (1 - SMOOTHING) + tookMs * SMOOTHING;
  }

  /** Milliseconds after which it counts as down. */
  get limitMs(): number {
    if (this.#roundTripMs === null) return FIRST_MS;
    return Math.min(MOST_MS, Math.max(LEAST_MS, 3 * this.#roundTripMs));
  }
}
