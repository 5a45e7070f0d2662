import type { Failure } from "../../core/failure.ts";
import type { NextAttempt } from "../../core/routing/attempt-sequence.ts";
import type { Deps, Run } from "../deps.ts";
import { Watchdog } from "../watchdog.ts";
import type { AttemptInput, FailedResult, Sent } from "./attempt.ts";
import { attemptJson } from "./attempt-json.ts";
import { attemptStream } from "./attempt-stream.ts";
import type { CredentialHold } from "./credential-hold.ts";
import type { Answer, DispatchInput } from "./dispatch.ts";
import type { Hit } from "./recall.ts";
import type { AttemptRecord } from "./booked-attempts.ts";

/** An attempt that failed, and which one it was. */
export interface FailedAt {
  readonly at: NextAttempt;
  readonly failure: Failure;
}

/** One attempt on its way. */
export interface Asked {
  readonly at: NextAttempt;
  readonly record: AttemptRecord;
  readonly result: Promise<Answer | FailedResult>;
  /** Ends the exchange, whatever it has come to. */
  abandon(): void;
}

interface Asking {
  readonly at: NextAttempt;
  readonly sent: Sent;
  readonly hold: CredentialHold | null;
  /** Another attempt is made beside it: each can be ended without the other. */
  readonly isRace: boolean;
}

/** Asks a target, books that it was asked and how it turned out. */
export function askTarget({ at, hold, isRace, sent }: Asking, input: DispatchInput, world: { deps: Deps; run: Run }): Asked {
  const { deps, run } = world;
  const controller = isRace || input.isCancellable ? new AbortController() : null;
  const record = input.settlement.begin(at, { hold, abort: controller === null ? null : () => controller.abort() });
  const attempt = attemptOf({ at, sent, controller, isRace }, input, run);
  const isStream = input.asking.decoded.stream;
  const result = (isStream ? attemptStream(attempt, deps, run) : attemptJson(attempt, deps, run)).then((answer) => {
    if (answer.kind === "failed") record.failed(answer.failure);
    else record.content();
    return answer;
  });
  return { at, record, result, abandon: () => abandon(result, controller) };
}

interface Attempted {
  readonly at: NextAttempt;
  readonly sent: Sent;
  readonly controller: AbortController | null;
  readonly isRace: boolean;
}

function attemptOf({ at, controller, isRace, sent }: Attempted, input: DispatchInput, run: Run): AttemptInput {
  const { asking, deadline, hops, isKept, plan, settlement } = input;
  const { shares } = plan.sequence;
  return {
    asking,
    sent,
    target: at.target,
    credential: at.credential,
    timeouts: settlement.subject.route.timeouts,
    limitMs: (deadline - run.now()) / shares,
    deadline,
    // With one share left the attempt may take all of the deadline: when it is late, so is the request.
    isLast: shares === 1,
    hops,
    controller,
    transaction: settlement.subject.caller.transaction,
    watchdog: isRace ? new Watchdog() : run.watchdog,
    isKept,
  };
}

function abandon(result: Asked["result"], controller: AbortController | null): void {
  controller?.abort();
  void result.then((answer) => discard(answer));
}

/** An answer that nobody gets: its upstream is let go. */
export function discard(answer: Answer | Hit | FailedResult): void {
  if (answer.kind === "stream") answer.upstream.abort();
}
