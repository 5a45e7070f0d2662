import type { LinkedPolicy } from "../../core/policy/linked.ts";
import type { NextAttempt } from "../../core/routing/attempt-sequence.ts";
import type { RouteFacts } from "../../core/routing/route-facts.ts";
import { type FailedAttempt, summariseFailures } from "../../core/routing/summarise-failures.ts";
import type { Asking } from "../asking.ts";
import type { Deps, Run } from "../deps.ts";
import type { Sent } from "./attempt.ts";
import type { JsonAnswer } from "./attempt-json.ts";
import { answerEstimate } from "./estimate-tokens.ts";
import { askHedged, type Outcome } from "./hedge.ts";
import type { Plan } from "./plan.ts";
import { holdCredential, type Withheld } from "./credential-hold.ts";
import { prepare, type Unfit } from "./prepare.ts";
import { refuseUnfit } from "./refuse-unfit.ts";
import type { Settlement } from "./settle.ts";
import type { StreamAnswer } from "./stream-intake.ts";

/** What an upstream gave: a whole JSON answer, or a stream up to its first content. */
export type Answer = JsonAnswer | StreamAnswer;

export interface DispatchInput {
  readonly asking: Asking;
  readonly plan: Plan;
  readonly facts: RouteFacts;
  /** Epoch milliseconds; no attempt, wait or body goes beyond it. */
  readonly deadline: number;
  readonly hops: 0 | 1;
  readonly settlement: Settlement;
  readonly policy: LinkedPolicy;
  /** Something else may answer first: each exchange can be ended from outside. */
  readonly isCancellable: boolean;
  /** What comes may be kept. */
  readonly isKept: boolean;
}

/**
 * Stage: asks one target after the other until one answers. Everything before the first content byte is invisible to the
 * caller; the one deadline is divided over the targets not asked yet.
 * @throws FairleadError the request's own fault, or 429, 502, 503, 504 with every attempt's class
 */
export async function dispatch(input: DispatchInput, deps: Deps, run: Run): Promise<Answer> {
  const { asking, plan, settlement } = input;
  const { sequence } = plan;
  const failed: FailedAttempt[] = [];
  const unfit: Unfit[] = [];
  deps.retryBudget.recordFirst(run.startedAt);
  deps.hedgeBudget.recordRequest();
  let next: NextAttempt | null = plan.first;
  while (next !== null && !settlement.isClosed) {
    if (next.delayMs > 0) {
      await run.sleep(next.delayMs);
      next = sequence.resume(next, run.now());
      continue;
    }
    const sent = prepare(asking, next.target, settlement.subject.route);
    if (sent.kind === "unfit") {
      unfit.push(sent);
      next = sequence.passOver(run.now());
      continue;
    }
    if (sent.kind === "estimated") {
      settlement.estimatedBy(next.target);
      return answerEstimate(sent, asking, next.target);
    }
    const outcome = await askHeld({ at: next, sent, failed: failed.length }, input, { deps, run });
    if (outcome.kind === "withheld") {
      failed.push({ target: next.target.label, failure: outcome.failure });
      next = sequence.withhold(next, run.now());
      continue;
    }
    if (outcome.kind !== "failed") return outcome;
    for (const { at, failure } of outcome.failures) {
      failed.push({ target: at.target.label, failure });
      next = sequence.next(failure, run.now(), at);
      if (sequence.isOver) break;
    }
  }
  throw failed.length === 0 && unfit.length > 0 ? refuseUnfit(unfit, input) : summariseFailures(failed, settlement.attempts);
}

interface Ready {
  readonly at: NextAttempt;
  readonly sent: Sent;
  /** How many failures there were before it. */
  readonly failed: number;
}

type World = { readonly deps: Deps; readonly run: Run };

/** Asks a target, once its key's limits have room for that where it has any. */
function askHeld(ready: Ready, input: DispatchInput, world: World): Promise<Outcome | Withheld> {
  const { at, sent } = ready;
  return at.credential.limits.length === 0 ? askHedged({ at, sent, hold: null }, input, world) : askWithin(ready, input, world);
}

/** Nobody is asked for a request that has ended meanwhile. */
async function askWithin({ at, failed, sent }: Ready, input: DispatchInput, world: World): Promise<Outcome | Withheld> {
  const holding = await holdCredential({ at, failed }, input, world);
  if (holding.kind === "withheld") return holding;
  if (!input.settlement.isClosed) return askHedged({ at, sent, hold: holding.hold }, input, world);
  holding.hold.release();
  return { kind: "failed", failures: [] };
}
