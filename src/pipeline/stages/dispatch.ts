import type { Failure } from "../../core/failure.ts";
import type { LinkedPolicy, LinkedRoute, LinkedTarget } from "../../core/policy/link.ts";
import { AttemptSequence, type NextAttempt } from "../../core/routing/attempt-sequence.ts";
import { type FailedAttempt, summariseFailures } from "../../core/routing/summarise-failures.ts";
import type { Asking } from "../asking.ts";
import type { Deps, Run } from "../deps.ts";
import { failed as failedAttempt } from "./attempt.ts";
import { attemptJson, type JsonAnswer } from "./attempt-json.ts";
import { attemptStream } from "./attempt-stream.ts";
import { answerEstimate } from "./estimate-tokens.ts";
import { prepare, type Unfit } from "./prepare.ts";
import { refuseUnfit } from "./refuse-unfit.ts";
import type { Settlement } from "./settle.ts";
import type { StreamAnswer } from "./stream-intake.ts";

/** A longer wait is not worth the caller's time: the request ends and says when to come back. */
const LONGEST_WAIT_MS = 10_000;

/** What an upstream gave: a whole JSON answer, or a stream up to its first content. */
export type Answer = JsonAnswer | StreamAnswer;

export interface DispatchInput {
  readonly asking: Asking;
  readonly route: LinkedRoute;
  readonly targets: readonly LinkedTarget[];
  /** Epoch milliseconds; no attempt, wait or body goes beyond it. */
  readonly deadline: number;
  readonly hops: 0 | 1;
  readonly settlement: Settlement;
  readonly policy: LinkedPolicy;
}

/**
 * Stage: asks one target after the other until one answers. Everything before the first content byte is invisible to the
 * caller; the one deadline is divided over the targets not asked yet.
 * @throws FairleadError the request's own fault, or 429, 502, 503, 504 with every attempt's class
 */
export async function dispatch(input: DispatchInput, deps: Deps, run: Run): Promise<Answer> {
  const { asking, deadline, hops, route, settlement, targets } = input;
  const sequence = new AttemptSequence(targets);
  const failed: FailedAttempt[] = [];
  const unfit: Unfit[] = [];
  deps.retryBudget.recordFirst(run.startedAt);
  let next = sequence.first();
  while (next !== null) {
    const { credential, target } = next;
    const sent = prepare(asking, target, route);
    if (sent.kind === "unfit") {
      unfit.push(sent);
      next = sequence.next(NOT_ASKED, run.draw(), run.now());
      continue;
    }
    if (sent.kind === "estimated") {
      settlement.attemptAnswered(target);
      return answerEstimate(sent, asking, target);
    }
    const shares = Math.min(sequence.unasked, route.maxAttempts - failed.length);
    const limitMs = (deadline - run.now()) / shares;
    // With one share left the attempt may take all of the deadline: when it is late, so is the request.
    const isLast = shares === 1;
    const attempt = { asking, sent, target, credential, timeouts: route.timeouts, limitMs, deadline, isLast, hops };
    const result = asking.decoded.stream ? await attemptStream(attempt, deps, run) : await attemptJson(attempt, deps, run);
    if (result.kind !== "failed") {
      settlement.attemptAnswered(target);
      return result;
    }
    settlement.attemptFailed(target, result.failure);
    failed.push({ target: target.label, failure: result.failure });
    next = await nextAttempt({ failure: result.failure, sequence, made: failed.length }, input, { deps, run });
  }
  throw failed.length === 0 && unfit.length > 0 ? refuseUnfit(unfit, input) : summariseFailures(failed, failed.length);
}

/** A target that cannot be asked this is passed over: nothing was sent, so nothing is counted or waited for. */
const NOT_ASKED: Failure = failedAttempt("invalid_request", "The target cannot be asked this.").failure;

interface Standing {
  readonly failure: Failure;
  readonly sequence: AttemptSequence;
  readonly made: number;
}

/** The next attempt, after its wait; null when policy, attempts, deadline or retry budget say that it was the last. */
async function nextAttempt(
  standing: Standing,
  input: DispatchInput,
  world: { deps: Deps; run: Run },
): Promise<NextAttempt | null> {
  const { failure, made, sequence } = standing;
  const { deps, run } = world;
  if (!input.route.failoverOn.has(failure.class) || made >= input.route.maxAttempts) return null;
  const now = run.now();
  const next = sequence.next(failure, run.draw(), now);
  if (next === null || next.delayMs > LONGEST_WAIT_MS || now + next.delayMs >= input.deadline) return null;
  // A refused credential says nothing about load: trying the next one is not a retry.
  if (failure.class !== "auth" && !deps.retryBudget.tryTake(now)) return null;
  if (next.delayMs > 0) await run.sleep(next.delayMs);
  return next;
}
