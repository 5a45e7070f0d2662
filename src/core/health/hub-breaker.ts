import type { EjectionNotice, HeldEjection, TargetReport } from "./hub-messages.ts";
import { type IsolateView, RECENT_SECONDS, type Reporter } from "./isolate-view.ts";
import type { Moment } from "./moment.ts";
import { OutcomeWindow } from "./outcome-window.ts";
import { PROOF, Rotation } from "./rotation.ts";

/** So many isolates with so many failures in a row eject a target without any of them having tripped. */
const WITNESSES = 3;
const WITNESSED_FAILURES = 3;
/** What others saw lately speaks for a target that one isolate accuses. */
const CONTRADICTING_ATTEMPTS = 10;
const CONTRADICTING_SHARE = 0.2;
/** How long an isolate alone is not believed after others' probes have refuted it. */
const DOUBT_MS = 300_000;

/** Takes a target out of rotation for all isolates, and back. */
export class HubBreaker {
  readonly rotation = new Rotation();
  readonly #views: ReadonlyMap<string, IsolateView>;
  readonly #merged = new OutcomeWindow();
  /** Grows with every ejection, also over restarts: it is the time at which it was made, or later. */
  #ejectionId = 0;
  /** The isolate by whose word alone the target is out. */
  #accuser: string | null = null;
  #doubted: string | null = null;
  #doubtedUntil = 0;

  /** `views` by isolate, of this target. */
  constructor(views: ReadonlyMap<string, IsolateView>) {
    this.#views = views;
  }

  /** Returns whether the target is out, or out again, by this report alone: what fails may be the isolate's own path. */
  absorb(report: TargetReport, reporter: Reporter, moment: Moment): boolean {
    const { held } = report;
    if (reporter.isNewest && held !== null && held.id > this.#ejectionId) this.#restore(held, moment.now);
    if (this.rotation.isOut) return this.#weigh(held, reporter, moment);
    // An isolate that has not heard of the end of an ejection tells of the time before.
    if (held !== null) return false;
    this.#merged.add(report, moment.now);
    reporter.view.window.add(report, moment.now);
    return reporter.isNewest && this.#judge(report, reporter.isolateId, moment);
  }

  /** For isolates, while it is out. */
  ejection(now: number): Omit<EjectionNotice, "targetId"> | null {
    if (!this.rotation.isOut) return null;
    return { id: this.#ejectionId, forMs: Math.max(0, this.rotation.until - now), round: this.rotation.round };
  }

  /** Whether an ejection that an isolate keeps to is over. */
  isOver(ejectionId: number): boolean {
    return !this.rotation.isOut && ejectionId > 0 && ejectionId <= this.#ejectionId;
  }

  /** An ejection that this hub made before it was started anew. */
  #restore({ forMs, id, round }: HeldEjection, now: number): void {
    this.rotation.adopt({ forMs, now, round });
    this.#startOver();
    this.#ejectionId = id;
    this.#accuser = null;
  }

  #weigh(held: HeldEjection | null, { isNewest, isolateId, view }: Reporter, moment: Moment): boolean {
    if (!isNewest || held?.id !== this.#ejectionId) return false;
    view.okInRow = held.okInRow;
    if (held.probeFailed) {
      // Another isolate's failure is a second witness.
      if (isolateId !== this.#accuser) this.#accuser = null;
      this.#eject(moment);
      return true;
    }
    // In all isolates together: a failure anywhere would have begun a new ejection.
    let proof = 0;
    for (const { okInRow } of this.#views.values()) proof += okInRow;
    if (proof >= PROOF) this.#readmit(moment.now);
    return false;
  }

  #judge({ tripped }: TargetReport, isolateId: string, moment: Moment): boolean {
    const { now } = moment;
    const isAccused = tripped && !this.#isDoubted(isolateId, now) && !this.#isContradicted(isolateId, now);
    const isSeenByMany = this.#witnesses(now) >= WITNESSES || this.#merged.isMostlyFailing(now);
    if (!isAccused && !isSeenByMany) return false;
    this.#accuser = isSeenByMany ? null : isolateId;
    this.#eject(moment);
    return !isSeenByMany;
  }

  #isDoubted(isolateId: string, now: number): boolean {
    return isolateId === this.#doubted && now < this.#doubtedUntil;
  }

  #isContradicted(isolateId: string, now: number): boolean {
    const all = this.#merged.total(RECENT_SECONDS, now);
    const own = this.#views.get(isolateId)?.window.total(RECENT_SECONDS, now) ?? { ok: 0, failed: 0 };
    // Where it answered just now and does not any more, what it answered elsewhere may be as old: that is a target dying.
    if (own.ok > 0) return false;
    const failed = all.failed - own.failed;
    const attempts = failed + all.ok - own.ok;
    return attempts >= CONTRADICTING_ATTEMPTS && failed < attempts * CONTRADICTING_SHARE;
  }

  #witnesses(now: number): number {
    let witnesses = 0;
    for (const { consecutiveFailures, seenAt } of this.#views.values())
      if (consecutiveFailures >= WITNESSED_FAILURES && now - seenAt < RECENT_SECONDS * 1_000) witnesses += 1;
    return witnesses;
  }

  #eject(moment: Moment): void {
    this.rotation.eject(moment);
    this.#ejectionId = Math.max(this.#ejectionId + 1, moment.now);
    this.#startOver();
  }

  #readmit(now: number): void {
    const accused = this.#accuser;
    if (accused !== null && (this.#views.get(accused)?.okInRow ?? 0) === 0) {
      this.#doubted = accused;
      this.#doubtedUntil = now + DOUBT_MS;
    }
    this.rotation.readmit(now);
    this.#startOver();
  }

  #startOver(): void {
    this.#merged.clear();
    for (const view of this.#views.values()) view.startOver();
  }
}
