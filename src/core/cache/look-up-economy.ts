import { LatencyHistogram } from "../health/latency-histogram.ts";

/** Nobody waits longer for a store before its upstream is asked. */
const MOST_SERIAL_MS = 50;
/** Nobody waits longer for another request's answer. */
const MOST_PATIENCE_MS = 10_000;
/** Of a look-up's time, so many times may pass before its upstream is asked all the same. */
const SERIAL_MARGIN = 2;
/** How much of the time known one look-up replaces. */
const SMOOTHING = 0.2;
/** The rate of hits is that of so many look-ups, the older ones in part. */
const WINDOW = 1_000;
/** One-sided, 95 %. */
const Z = 1.645;

/**
 * What one route's look-ups have been worth, as seen from one isolate: whether it pays to look first and ask upstream only then,
 * and how long an answer that is on its way is worth waiting for.
 */
export class LookUpEconomy {
  readonly #upstream = new LatencyHistogram();
  #lookUpMs: number | null = null;
  /** Recent look-ups and hits, fading. */
  #lookUps = 0;
  #hits = 0;

  /** The store has answered. */
  learnLookUp(tookMs: number, isHit: boolean): void {
    this.#lookUpMs = this.#lookUpMs === null ? tookMs : this.#lookUpMs + (tookMs - this.#lookUpMs) * SMOOTHING;
    this.#lookUps = this.#lookUps * (1 - 1 / WINDOW) + 1;
    this.#hits = this.#hits * (1 - 1 / WINDOW) + (isHit ? 1 : 0);
  }

  /** The store was waited for in vain, for so long. */
  learnSilence(waitedMs: number): void {
    this.#lookUpMs = Math.max(this.#lookUpMs ?? 0, waitedMs);
  }

  /** Upstream gave a whole answer. */
  learnUpstream(tookMs: number, now: number): void {
    this.#upstream.record(tookMs, now);
  }

  /**
   * Milliseconds for which the store is waited for before its upstream is asked; 0: both are asked at once. It pays where the
   * upper bound of the rate of hits × what upstream usually takes is more than what the look-up takes.
   */
  serialMs(now: number): number {
    const upstreamMs = this.#upstream.percentile(0.5, now);
    const lookUpMs = this.#lookUpMs;
    if (upstreamMs === null || lookUpMs === null || lookUpMs > MOST_SERIAL_MS) return 0;
    return this.#mostHitRate() * upstreamMs > lookUpMs ? Math.min(MOST_SERIAL_MS, Math.max(1, SERIAL_MARGIN * lookUpMs)) : 0;
  }

  /**
   * Milliseconds that somebody else's answer is waited for before another one asks, too: twice what is usual, since half of all
   * answers take longer than the median.
   */
  patienceMs(now: number): number {
    return Math.min(MOST_PATIENCE_MS, 2 * (this.#upstream.percentile(0.5, now) ?? MOST_PATIENCE_MS));
  }

  /** Agresti and Coull's interval, which is sound for few look-ups, too. */
  #mostHitRate(): number {
    const count = this.#lookUps + Z * Z;
    const share = (this.#hits + (Z * Z) / 2) / count;
    return Math.min(1, share + Z * Math.sqrt((share * (1 - share)) / count));
  }
}
