import { BoundedMap } from "../bounded-map.ts";
import { Breaker } from "./breaker.ts";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import type { FleetFigures } from "./hub-messages.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { LoadEstimate } from "./load-estimate.ts";
import { ProbePermits } from "./probe-permits.ts";
import { Throttle } from "./throttle.ts";

const FAILURE_PENALTY_MS = 5_000;
/** How much the speeds before count beside a new one. */
const SPEED_KEPT = 0.8;
const MAX_CREDENTIALS = 100;

/** What routing may read of a target. Times are milliseconds. */
export interface TargetFigures {
  /** Attempts under way. */
  readonly inFlight: number;
  /** Attempts that may be under way. */
  readonly limit: number;
  /** Output tokens a second, the newest answers counting most; null before the first. */
  readonly tokensPerSecond: number | null;
  /** The share of its usual traffic that it should get, in (0, 1]. */
  slowStartFactor(now: number): number;
  /** What it costs to ask, for comparison with others. */
  loadMs(now: number): number;
  /** The time to the first token that `share` (0 to 1) of this isolate's attempts stayed below; null when there are none. */
  ttftMs(share: number, now: number): number | null;
  /** The same over all isolates; null when nothing newer than ten seconds is known. */
  fleet(now: number): FleetFigures | null;
}

/** One target as one isolate sees it. What happens to it comes in through `IsolateHealth`. */
export class TargetHealth implements TargetFigures {
  readonly id: string;
  readonly breaker = new Breaker();
  readonly concurrency = new ConcurrencyLimit();
  readonly permits = new ProbePermits();
  readonly histogram = new LatencyHistogram();
  readonly throttles = new BoundedMap<Throttle>(MAX_CREDENTIALS, () => new Throttle());
  inFlight = 0;
  tokensPerSecond: number | null = null;
  /** The report that first told of the last trip; 0 while none has, null when there is nothing to tell. */
  toldIn: number | null = null;
  readonly #load = new LoadEstimate();
  #fleet: FleetFigures | null = null;
  #fleetUntil = 0;

  constructor(id: string) {
    this.id = id;
  }

  get limit(): number {
    return this.concurrency.value;
  }

  slowStartFactor(now: number): number {
    return this.breaker.rotation.share(now);
  }

  loadMs(now: number): number {
    const usualMs = this.fleet(now)?.p50Ms ?? null;
    return this.#load.loadMs(now, { inFlight: this.inFlight, usualMs });
  }

  ttftMs(share: number, now: number): number | null {
    return this.histogram.percentile(share, now);
  }

  fleet(now: number): FleetFigures | null {
    return now < this.#fleetUntil ? this.#fleet : null;
  }

  learn(figures: FleetFigures, until: number): void {
    this.#fleet = figures;
    this.#fleetUntil = until;
  }

  /** The first content came. */
  answered(ttftMs: number, now: number): void {
    this.#load.observe(ttftMs, now);
    this.histogram.record(ttftMs, now);
  }

  /** Something went wrong: others look cheaper for a while. Default: what a failure costs. */
  penalise(now: number, penaltyMs: number = FAILURE_PENALTY_MS): void {
    this.#load.penalise(penaltyMs, now);
  }

  timed(outputTokens: number, durationMs: number): void {
    if (outputTokens <= 0 || durationMs <= 0) return;
    const speed = (outputTokens * 1_000) / durationMs;
    this.tokensPerSecond = this.tokensPerSecond === null ? speed : this.tokensPerSecond * SPEED_KEPT + speed * (1 - SPEED_KEPT);
  }
}
