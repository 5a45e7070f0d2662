import { BoundedMap } from "../bounded-map.ts";
import { HubTarget } from "./hub-target.ts";
import {
  type EjectionNotice,
  type GrantNotice,
  type HubAnswer,
  type HubReport,
  MAX_NOTICES,
  type ReadmissionNotice,
  type TargetFleetFigures,
} from "./hub-messages.ts";
import { HubThrottles } from "./hub-throttles.ts";
import { IsolateView } from "./isolate-view.ts";
import { OutcomeWindow } from "./outcome-window.ts";
import { providerOf } from "./provider-of.ts";
import { SequenceWindow } from "./sequence-window.ts";

const MAX_TARGETS = 1_000;
const MAX_ISOLATES = 500;
const MAX_PROVIDERS = 1_000;
/** An isolate, and a target of an isolate, that was not heard of for so long is forgotten. */
const SILENT_MS = 60_000;

/** What is kept of one isolate. */
interface Isolate {
  readonly sequence: SequenceWindow;
  /** By target. */
  readonly views: BoundedMap<IsolateView>;
  seenAt: number;
}

/**
 * What all isolates together know: merges their reports and answers each of them. Soft state, bounded: a hub that starts
 * anew learns from the next reports what is ejected. `now` is epoch milliseconds, `draw` in [0, 1).
 */
export class Hub {
  readonly #targets: BoundedMap<HubTarget>;
  readonly #isolates: BoundedMap<Isolate>;
  readonly #providers = new BoundedMap(MAX_PROVIDERS, () => new OutcomeWindow());
  readonly #throttles = new HubThrottles();

  constructor(startedAt: number) {
    this.#targets = new BoundedMap(MAX_TARGETS, () => new HubTarget(startedAt));
    this.#isolates = new BoundedMap(
      MAX_ISOLATES,
      (isolateId) => this.#meet(isolateId),
      (isolateId, { views }) => {
        for (const [targetId] of views.entries()) this.#targets.get(targetId)?.views.delete(isolateId);
      },
    );
  }

  /** Takes in a report, in whatever order and however often it comes: a repeated one changes nothing. */
  absorb(report: HubReport, now: number, draw: number): void {
    const { isolateId } = report;
    const isolate = this.#isolates.use(isolateId);
    isolate.seenAt = now;
    this.#forgetSilent(now);
    const order = isolate.sequence.note(report.seq);
    if (order === "repeated") return;
    for (const entry of report.targets) {
      const target = this.#targets.use(entry.targetId);
      const view = isolate.views.use(entry.targetId);
      target.views.set(isolateId, view);
      target.absorb(entry, { isolateId, view, isNewest: order === "newest" }, { now, draw });
      if (entry.ok + entry.failed > 0) this.#providers.use(providerOf(entry.targetId)).add(entry, now);
    }
    for (const notice of report.throttles) this.#throttles.pause(notice, now);
    for (const notice of report.credentials) this.#throttles.refuse(notice, now);
  }

  /** What the isolate should know now. One that has not reported hears of ejections, throttles and credentials. */
  answer(isolateId: string, now: number): HubAnswer {
    const isolate = this.#isolates.get(isolateId);
    return {
      seq: isolate?.sequence.newest ?? 0,
      ejected: this.#ejected(now),
      ...this.#answerTargets(isolateId, now),
      throttled: this.#throttles.pauses(now),
      credentials: this.#throttles.refusals(now),
      failing: this.#failing(now),
    };
  }

  #ejected(now: number): HubAnswer["ejected"] {
    const ejected: EjectionNotice[] = [];
    for (const [targetId, { breaker }] of this.#targets.entries()) {
      const ejection = breaker.ejection(now);
      if (ejection !== null && ejected.length < MAX_NOTICES) ejected.push({ targetId, ...ejection });
    }
    return ejected;
  }

  /** What concerns the targets that the isolate uses. */
  #answerTargets(isolateId: string, now: number): Pick<HubAnswer, "readmitted" | "grants" | "figures"> {
    const readmitted: ReadmissionNotice[] = [];
    const grants: GrantNotice[] = [];
    const figures: TargetFleetFigures[] = [];
    const views = this.#isolates.get(isolateId)?.views;
    for (const [targetId, { holds, seenAt }] of views?.entries() ?? []) {
      if (now - seenAt > SILENT_MS) views?.delete(targetId);
      const target = this.#targets.get(targetId);
      if (target === undefined) continue;
      if (target.breaker.isOver(holds)) readmitted.push({ targetId, id: holds });
      const grant = target.grant(isolateId, now);
      if (grant !== null) grants.push({ targetId, ...grant });
      const known = target.figures(now);
      if (known !== null) figures.push({ targetId, ...known });
    }
    return { readmitted, grants, figures };
  }

  #failing(now: number): readonly string[] {
    const failing: string[] = [];
    for (const [provider, window] of this.#providers.entries())
      if (window.isMostlyFailing(now) && failing.length < MAX_NOTICES) failing.push(provider);
    return failing;
  }

  #meet(isolateId: string): Isolate {
    const forget = (targetId: string): void => {
      this.#targets.get(targetId)?.views.delete(isolateId);
    };
    const views = new BoundedMap(MAX_NOTICES, () => new IsolateView(), forget);
    return { sequence: new SequenceWindow(), views, seenAt: 0 };
  }

  #forgetSilent(now: number): void {
    for (const [isolateId, { seenAt }] of this.#isolates.entries()) {
      if (now - seenAt < SILENT_MS) return;
      this.#isolates.delete(isolateId);
    }
  }
}
