import type { Failure } from "../failure.ts";
import type { Attempt, HealthNews, Settle } from "./attempt.ts";
import type { HubExchange } from "./hub-exchange.ts";
import type { Moment } from "./moment.ts";
import { type AttemptOutcome, effectOf } from "./outcome.ts";
import { MAX_WAIT_SECONDS, spreadMs } from "./throttle.ts";

/** A used-up quota that says nothing of its return. */
export const QUOTA_WAIT_SECONDS = 60;

/** Books attempts that have ended: on their target, their credential, and for the hub. */
export function createSettle(hub: HubExchange): Settle {
  return (attempt, outcome, moment) => {
    const { credential, isProbe, target } = attempt;
    const news = judge(attempt, outcome, { ...moment, hub });
    target.inFlight -= 1;
    credential.ended(attempt);
    if (isProbe) target.permits.ended();
    hub.noteTarget(target);
    if (news !== null) hub.link.hurry();
    return news;
  };
}

/** When an attempt ended, and who is told. */
interface Place extends Moment {
  readonly hub: HubExchange;
}

function judge(attempt: Attempt, outcome: AttemptOutcome, place: Place): HealthNews | null {
  switch (outcome.kind) {
    case "left":
      return null;
    case "ok":
      return succeed(attempt, outcome, place);
    case "failed":
      return fail(attempt, outcome.failure, place);
  }
}

function succeed(
  { credential, startedAt, target }: Attempt,
  { durationMs, outputTokens }: Extract<AttemptOutcome, { kind: "ok" }>,
  { hub, now }: Place,
): HealthNews | null {
  credential.accepted(startedAt, now);
  target.throttles.get(credential.id)?.relax(startedAt);
  target.concurrency.grow(target.inFlight, now);
  target.timed(outputTokens, durationMs);
  const isNews = target.breaker.succeeded({ startedAt, now }, hub.link.isLive(now));
  return isNews ? { kind: "probed", targetId: target.id } : null;
}

function fail(attempt: Attempt, failure: Failure, place: Place): HealthNews | null {
  switch (effectOf(failure)) {
    case "none":
      return null;
    case "throttle":
      throttle(attempt, failure, place);
      return null;
    case "credential":
      return refuse(attempt, place);
    case "fail":
      return countAgainst(attempt, failure, place);
  }
}

/** The credential pauses: at this target, or where its quota is used up, everywhere. The target is none the worse for it. */
function throttle(
  { credential, startedAt, target }: Attempt,
  { class: failureClass, retryAfterSeconds }: Failure,
  { draw, hub, now }: Place,
): void {
  const moment = { now, draw };
  if (failureClass === "quota_exhausted") {
    const forMs = spreadMs(Math.min(MAX_WAIT_SECONDS, retryAfterSeconds || QUOTA_WAIT_SECONDS), draw);
    credential.spent(forMs, now);
    target.penalise(now, forMs);
    hub.noteThrottle({ targetId: null, credentialId: credential.id, until: now + forMs });
    return;
  }
  const forMs = target.throttles.use(credential.id).close(retryAfterSeconds, startedAt, moment);
  target.penalise(now, forMs);
  target.concurrency.cut(startedAt, now, target.inFlight);
  hub.noteThrottle({ targetId: target.id, credentialId: credential.id, until: now + forMs });
}

function refuse({ credential, startedAt, target }: Attempt, { hub, now }: Place): HealthNews | null {
  const forMs = credential.refused(startedAt, now);
  if (forMs === null) return null;
  hub.noteRefusal(credential);
  return { kind: "credential_ejected", credentialId: credential.id, targetId: target.id, forMs };
}

function countAgainst({ startedAt, target }: Attempt, failure: Failure, { draw, now }: Moment): HealthNews | null {
  target.penalise(now);
  if (failure.class === "timeout_ttft") target.concurrency.cut(startedAt, now, target.inFlight);
  const happened = target.breaker.failed(startedAt, { now, draw });
  if (happened === null) return null;
  target.permits.restart();
  if (happened === "tripped") target.toldIn = 0;
  return { kind: happened, targetId: target.id };
}
