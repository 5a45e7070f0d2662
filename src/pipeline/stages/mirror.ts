import type { TargetAccess } from "../../core/access/access.ts";
import type { LinkedCredential, LinkedRoute, LinkedTarget } from "../../core/policy/linked.ts";
import { standingOf, usableCredential } from "../../core/routing/target-standing.ts";
import type { Asking } from "../asking.ts";
import type { Deps, Run } from "../deps.ts";
import { Watchdog } from "../watchdog.ts";
import { attemptJson } from "./attempt-json.ts";
import { attemptStream } from "./attempt-stream.ts";
import { discard } from "./ask-target.ts";
import { prepare } from "./prepare.ts";
import type { Settlement } from "./settle.ts";

/** The runtime keeps working for half a minute after the answer has ended: a copy that took longer would not give its place back. */
const LONGEST_COPY_MS = 25_000;
/** Copies on their way in this isolate at once; what exceeds it is not copied. */
const MOST_COPIES = 8;

interface MirrorInput {
  readonly route: LinkedRoute;
  readonly access: TargetAccess | null;
  readonly asking: Asking;
  readonly hops: 0 | 1;
  readonly settlement: Settlement;
}

/**
 * Sends a copy of some requests to another target once the real one is answered, and discards its answer. It delays nobody,
 * counts against no target's health, and stands in the usage log under the route's id and `/mirror`. A copied stream is ended
 * at its first content. A target that is switched off, not the caller's to use, out of rotation, throttled or full gets none.
 */
export function mirror({ access, asking, hops, route, settlement }: MirrorInput, deps: Deps, run: Run): void {
  if (route.mirror === null || run.draw() >= route.mirror.share || !deps.copies.tryTake(MOST_COPIES)) return;
  const { target } = route.mirror;
  const sent = prepare(asking, target, route);
  const credential = credentialFor(target, { access, now: run.now() }, deps);
  if ((sent.kind !== "native" && sent.kind !== "transcoded") || credential === null) {
    deps.copies.release();
    return;
  }
  const limitMs = Math.min(route.timeouts.totalMs, LONGEST_COPY_MS);
  const attempt = {
    asking,
    sent,
    target,
    credential,
    timeouts: route.timeouts,
    limitMs,
    deadline: run.now() + limitMs,
    isLast: false,
    hops,
    controller: new AbortController(),
    watchdog: new Watchdog(),
    transaction: settlement.subject.caller.transaction,
  };
  const asked = asking.decoded.stream ? attemptStream(attempt, deps, run) : attemptJson(attempt, deps, run);
  const booked = asked.then((answer) => {
    discard(answer);
    const failure = answer.kind === "failed" ? answer.failure.class : null;
    const usage = answer.kind === "json" ? answer.usage : null;
    settlement.bookCopy(target, { failure, usage });
  });
  run.defer(booked.finally(() => deps.copies.release()));
}

/** What it may be asked with now, as the least important traffic there is; null when it may not. */
function credentialFor(
  target: LinkedTarget,
  { access, now }: { readonly access: TargetAccess | null; readonly now: number },
  { control, health }: Deps,
): LinkedCredential | null {
  const known = { kills: () => control.kills(), view: health, access, preferences: null };
  // A provider counts copies as it counts requests.
  if (target.credentials.some(({ limits }) => limits.length > 0)) return null;
  if (standingOf(target, { ordering: known, now, priority: "batch" }).kind !== "ready") return null;
  return usableCredential(target, { ...known, now }, () => false);
}
