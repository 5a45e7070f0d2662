/** In that time all but 1/e of what was seen is forgotten. */
const TAU_MS = 10_000;
/** Assumed of a target of which nobody knows anything, while somebody waits there. */
const UNKNOWN_LATENCY_MS = 1_000;

/**
 * What a target costs to ask: its latency, quick to rise and slow to fall (peak EWMA), times those who wait for it already.
 * Failures come fast and would look like speed: they leave a penalty, and the cost is never below it.
 */
export class LoadEstimate {
  #latencyMs = 0;
  #latencyAt = -Infinity;
  #penaltyMs = 0;
  #penaltyAt = -Infinity;

  observe(latencyMs: number, now: number): void {
    const kept = keptOf(now - this.#latencyAt);
    const isPeak = latencyMs > this.#latencyMs;
    this.#latencyMs = isPeak ? latencyMs : this.#latencyMs * kept + latencyMs * (1 - kept);
    this.#latencyAt = now;
  }

  /** Milliseconds that the next callers should rather spend elsewhere. */
  penalise(penaltyMs: number, now: number): void {
    this.#penaltyMs = Math.max(penaltyMs, this.#penalty(now));
    this.#penaltyAt = now;
  }

  /**
   * Milliseconds. What is old gives way to `usualMs`, so that a target which was slow once is tried again. Where nobody knows
   * what is usual (null) a target costs nothing while nobody waits there: it is tried, and by one request at a time.
   */
  loadMs(now: number, { inFlight, usualMs }: { readonly inFlight: number; readonly usualMs: number | null }): number {
    const expectedMs = usualMs ?? (inFlight === 0 ? 0 : UNKNOWN_LATENCY_MS);
    const latencyMs = expectedMs + (this.#latencyMs - expectedMs) * keptOf(now - this.#latencyAt);
    return Math.max(latencyMs * (inFlight + 1), this.#penalty(now));
  }

  #penalty(now: number): number {
    return this.#penaltyMs * keptOf(now - this.#penaltyAt);
  }
}

function keptOf(elapsedMs: number): number {
  return Math.exp(-Math.max(0, elapsedMs) / TAU_MS);
}
