import type { BoundedMap } from "../bounded-map.ts";
import type { CredentialHealth } from "./credential-health.ts";
import { HubLink } from "./hub-link.ts";
import type { CredentialNotice, EjectionNotice, HubAnswer, HubReport, TargetReport, ThrottleNotice } from "./hub-messages.ts";
import { MAX_NOTICES } from "./hub-messages.ts";
import { providerOf } from "./provider-of.ts";
import type { TargetHealth } from "./target-health.ts";

/** What one isolate knows, by id. */
export interface Known {
  readonly targets: BoundedMap<TargetHealth>;
  readonly credentials: BoundedMap<CredentialHealth>;
}

/** A throttle; null for every target. */
interface NewThrottle {
  readonly targetId: string | null;
  readonly credentialId: string;
  readonly until: number;
}

/** A throttle that may not have arrived at the hub. */
interface UntoldThrottle extends NewThrottle {
  /** The report that first told of it; 0 while none has. */
  toldIn: number;
}

/** What one isolate tells the hub and hears from it. What must not be lost is told again until it is answered. */
export class HubExchange {
  readonly link: HubLink;
  readonly #isolateId: string;
  readonly #known: Known;
  /** Targets of which there is something to tell. */
  readonly #targets = new Set<TargetHealth>();
  /** Credentials whose ejection may not have arrived. */
  readonly #refused = new Set<CredentialHealth>();
  #throttles: UntoldThrottle[] = [];
  #failing: ReadonlySet<string> = new Set();

  constructor(isolateId: string, known: Known, now: number) {
    this.#isolateId = isolateId;
    this.#known = known;
    this.link = new HubLink(now);
  }

  /** There is something to tell of the target. */
  noteTarget(target: TargetHealth): void {
    this.#targets.add(target);
  }

  /** The target is no longer known: nothing is told of it. */
  forgetTarget(target: TargetHealth): void {
    this.#targets.delete(target);
  }

  /** A credential was asked to pause. */
  noteThrottle(throttle: NewThrottle): void {
    if (this.#throttles.length < MAX_NOTICES) this.#throttles.push({ ...throttle, toldIn: 0 });
  }

  /** A credential was ejected here. */
  noteRefusal(credential: CredentialHealth): void {
    this.#refused.add(credential);
  }

  /** Whether the hub says so of the target's provider. */
  isFailing(targetId: string, now: number): boolean {
    return this.link.isLive(now) && this.#failing.has(providerOf(targetId));
  }

  /** The next report, if one is due. */
  report(now: number): HubReport | null {
    if (!this.link.isDue(now)) return null;
    const seq = this.link.next(now);
    return {
      isolateId: this.#isolateId,
      seq,
      targets: this.#takeTargets(seq, now),
      throttles: this.#takeThrottles(seq, now),
      credentials: this.#takeRefusals(seq, now),
    };
  }

  /** Takes in an answer, unless it is too old. */
  accept(answer: HubAnswer, now: number): void {
    const sentAt = this.link.answered(answer.seq, now);
    if (sentAt === null) return;
    const { credentials, targets } = this.#known;
    for (const ejection of answer.ejected) this.#eject(ejection, now);
    for (const { id, targetId } of answer.readmitted) targets.get(targetId)?.breaker.readmit(id, now);
    for (const { afterMs, id, targetId, untilMs } of answer.grants)
      targets.get(targetId)?.permits.give({ id, from: now + afterMs, until: sentAt + untilMs });
    for (const throttle of answer.throttled) this.#hold(throttle, now);
    for (const ejection of answer.credentials) credentials.use(ejection.credentialId).adopt(ejection, now);
    for (const { targetId, ...figures } of answer.figures) targets.get(targetId)?.learn(figures, this.link.trustedUntil);
    this.#failing = new Set(answer.failing);
  }

  #eject(ejection: EjectionNotice, now: number): void {
    const { targets } = this.#known;
    const target = targets.get(ejection.targetId) ?? targets.use(ejection.targetId);
    if (!target.breaker.adopt(ejection, now)) return;
    target.permits.restart();
    this.noteTarget(target);
  }

  #hold({ credentialId, forMs, targetId }: ThrottleNotice, now: number): void {
    const { credentials, targets } = this.#known;
    if (targetId === null) credentials.use(credentialId).spent(forMs, now);
    else (targets.get(targetId) ?? targets.use(targetId)).throttles.use(credentialId).hold(forMs, now);
  }

  #takeTargets(seq: number, now: number): readonly TargetReport[] {
    const reports: TargetReport[] = [];
    for (const target of this.#targets) {
      if (reports.length >= MAX_NOTICES) break;
      if (this.link.isKnown(target.toldIn)) target.toldIn = null;
      const tripped = target.toldIn !== null;
      if (tripped) target.toldIn ||= seq;
      const { isOut } = target.breaker.rotation;
      const held = target.breaker.held(now);
      if (!isOut && !tripped && held === null) this.#targets.delete(target);
      reports.push({
        targetId: target.id,
        ...target.breaker.takeUntold(now),
        consecutiveFailures: target.breaker.consecutiveFailures,
        tripped: tripped && isOut,
        held,
        probe: isOut ? target.permits.takeNews(now) : null,
        ttft: target.histogram.takeFresh(),
      });
    }
    return reports;
  }

  #takeThrottles(seq: number, now: number): readonly ThrottleNotice[] {
    this.#throttles = this.#throttles.filter(({ toldIn, until }) => until > now && !this.link.isKnown(toldIn));
    return this.#throttles.map((throttle) => {
      throttle.toldIn ||= seq;
      return { targetId: throttle.targetId, credentialId: throttle.credentialId, forMs: throttle.until - now };
    });
  }

  #takeRefusals(seq: number, now: number): readonly CredentialNotice[] {
    const notices: CredentialNotice[] = [];
    for (const credential of this.#refused) {
      const notice = credential.notice(now);
      if (notice === null || this.link.isKnown(credential.toldIn)) {
        this.#refused.delete(credential);
        continue;
      }
      credential.toldIn ||= seq;
      if (notices.length < MAX_NOTICES) notices.push(notice);
    }
    return notices;
  }
}
