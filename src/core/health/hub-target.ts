import { HubBreaker } from "./hub-breaker.ts";
import type { FleetFigures, GrantNotice, TargetReport } from "./hub-messages.ts";
import type { IsolateView, Reporter } from "./isolate-view.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import type { Moment } from "./moment.ts";
import { ProbeSlots } from "./probe-slots.ts";

/** Without a new answer they change only by ageing. */
const FIGURES_HOLD_MS = 1_000;

/** One target as all isolates together see it. */
export class HubTarget {
  /** By isolate. */
  readonly views = new Map<string, IsolateView>();
  readonly breaker = new HubBreaker(this.views);
  readonly #ttft = new LatencyHistogram();
  /** Made once for all who are told within a while: everybody asks for the same. */
  #figures: { readonly madeAt: number; readonly known: FleetFigures | null } | null = null;
  readonly #slots: ProbeSlots;

  /** `hubStartedAt`: before that others may have been given permits. */
  constructor(hubStartedAt: number) {
    this.#slots = new ProbeSlots(hubStartedAt);
  }

  /** Takes in what one isolate says of it. */
  absorb(report: TargetReport, reporter: Reporter, moment: Moment): void {
    const { isNewest, isolateId, view } = reporter;
    const { now } = moment;
    if (report.ttft.length > 0) {
      this.#ttft.merge(report.ttft, now);
      this.#figures = null;
    }
    view.seenAt = now;
    if (isNewest) {
      view.consecutiveFailures = report.consecutiveFailures;
      view.holds = report.held?.id ?? 0;
      view.wantsProbe = report.probe?.isWanted ?? false;
      if (report.probe !== null) this.#slots.heard(isolateId, report.probe, now);
    }
    if (this.breaker.absorb(report, reporter, moment)) this.#slots.distrust(isolateId);
  }

  /** A permit for an isolate that wants to probe; null when it wants none, or it is not its turn. */
  grant(isolateId: string, now: number): Omit<GrantNotice, "targetId"> | null {
    const isWanted = this.views.get(isolateId)?.wantsProbe === true;
    return isWanted && this.breaker.rotation.standing(now) !== "ejected" ? this.#slots.grant(isolateId, now) : null;
  }

  /** Null when no answer is recent enough to count. */
  figures(now: number): FleetFigures | null {
    if (this.#figures === null || now - this.#figures.madeAt >= FIGURES_HOLD_MS) {
      this.#figures = { madeAt: now, known: this.#makeFigures(now) };
    }
    return this.#figures.known;
  }

  #makeFigures(now: number): FleetFigures | null {
    if (this.#ttft.percentile(0.5, now) === null) return null;
    const at = (share: number): number => Math.round(this.#ttft.percentile(share, now) ?? 0);
    const count = Math.round(this.#ttft.count(now) * 10) / 10;
    return { count, p50Ms: at(0.5), p90Ms: at(0.9), p95Ms: at(0.95), p99Ms: at(0.99) };
  }
}
