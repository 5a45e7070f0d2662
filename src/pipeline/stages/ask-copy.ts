import type { TargetAccess } from "../../core/access/access.ts";
import type { LinkedCredential, LinkedRoute, LinkedTarget } from "../../core/policy/linked.ts";
import { standingOf, usableCredential } from "../../core/routing/target-standing.ts";
import type { Asking } from "../asking.ts";
import type { Deps, Run } from "../deps.ts";
import { Watchdog } from "../watchdog.ts";
import type { FailedResult } from "./attempt.ts";
import { attemptJson } from "./attempt-json.ts";
import { attemptStream } from "./attempt-stream.ts";
import type { Answer } from "./dispatch.ts";
import { prepare } from "./prepare.ts";
import type { Settlement } from "./settle.ts";

/** The runtime keeps working for half a minute after the answer has ended: a copy that took longer would not give its place back. */
const LONGEST_COPY_MS = 25_000;
/** Copies on their way in this isolate at once; what exceeds it is not copied. */
const MOST_COPIES = 8;

/** A request that is answered, and is asked once more. */
export interface Copied {
  readonly route: LinkedRoute;
  readonly access: TargetAccess | null;
  readonly asking: Asking;
  readonly hops: 0 | 1;
  readonly settlement: Settlement;
}

interface Copying {
  readonly target: LinkedTarget;
  /** Its answer is put together to be kept. */
  readonly isKept: boolean;
  /** What is done with its answer; the copy ends with it. */
  readonly take: (answer: Answer | FailedResult) => Promise<void> | void;
}

/**
 * Asks a target what was asked already, behind the caller's back: it delays nobody, counts against no target's health and charges
 * nobody. False where that cannot be now: for a target that is switched off, not the caller's to use, out of rotation, throttled or full.
 */
export function askCopy({ isKept, take, target }: Copying, copied: Copied, { deps, run }: { deps: Deps; run: Run }): boolean {
  const { access, asking, hops, route, settlement } = copied;
  if (!deps.copies.tryTake(MOST_COPIES)) return false;
  const sent = prepare(asking, target, route);
  const credential = credentialFor(target, { access, now: run.now() }, deps);
  if ((sent.kind !== "native" && sent.kind !== "transcoded") || credential === null) {
    deps.copies.release();
    return false;
  }
  const limitMs = Math.min(route.timeouts.totalMs, LONGEST_COPY_MS);
  const controller = new AbortController();
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
    controller,
    watchdog: new Watchdog(),
    transaction: settlement.subject.caller.transaction,
    isKept,
  };
  const asked = asking.decoded.stream ? attemptStream(attempt, deps, run) : attemptJson(attempt, deps, run);
  void run.sleep(limitMs).then(() => controller.abort());
  run.defer(asked.then(take).finally(() => deps.copies.release()));
  return true;
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
