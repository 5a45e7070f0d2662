import type { Failure, FailureClass } from "../../core/failure.ts";
import type { LinkedRoute, LinkedTarget } from "../../core/policy/linked.ts";
import { AttemptSequence, type NextAttempt, type Sequencing } from "../../core/routing/attempt-sequence.ts";
import type { RetryBudget } from "../../core/routing/retry-budget.ts";
import type { FailedAttempt } from "../../core/routing/summarise-failures.ts";
import type { NoTarget } from "../../core/routing/target-standing.ts";
import { fitOf, type Told } from "../decision/fit-of.ts";
import type { PassedOver } from "./explanation.ts";
import { LearntPauses } from "./learnt-pauses.ts";

/** What a rehearsal starts from, made anew for each: an order of targets can be gone through once. */
export interface Stage {
  readonly route: LinkedRoute;
  readonly told: Told;
  readonly createSequencing: () => Sequencing;
}

/** Where the attempts of a request have come to. */
export interface Played {
  /** The attempt that is made now; null when there is none. */
  readonly attempt: NextAttempt | null;
  /** In whose place the router counts tokens itself, which ends the attempts; null where it does not. */
  readonly countedFor: LinkedTarget | null;
  /** On the way to it, or to the end where there is none. */
  readonly unfit: readonly PassedOver[];
  readonly failed: readonly FailedAttempt[];
  /** How long the attempt may take, milliseconds. */
  readonly dueMs: number;
  readonly noTarget: NoTarget;
  readonly sequence: AttemptSequence;
}

/** Failures that come when the time is up; all others come at once. */
const TAKES_ALL_ITS_TIME: ReadonlySet<FailureClass> = new Set(["timeout_ttft", "timeout_idle", "deadline"]);

/** Goes through the attempts of a request as the router does, failing them one after the other in the ways given. */
export function rehearse({ createSequencing, route, told }: Stage, failures: readonly FailureClass[]): Played {
  const sequencing = createSequencing();
  const pauses = new LearntPauses(sequencing.view);
  const sequence = new AttemptSequence(route, { ...sequencing, view: pauses.view });
  const failed: FailedAttempt[] = [];
  let { now } = sequencing;
  const dueMs = (): number => {
    const shareMs = (sequencing.deadline - now) / sequence.shares;
    return told.stream ? Math.min(route.timeouts.ttftMs, shareMs) : shareMs;
  };
  let found = nextFit(sequence.first());
  for (const failureClass of failures) {
    const { attempt } = found;
    if (attempt === null) break;
    if (TAKES_ALL_ITS_TIME.has(failureClass)) now += dueMs();
    const failure = failureOf(failureClass);
    failed.push({ target: attempt.target.label, failure });
    pauses.failed(attempt, failure, now);
    found = nextFit(sequence.next(failure, now, attempt));
    now += found.attempt?.delayMs ?? 0;
  }
  return { ...found, failed, dueMs: dueMs(), noTarget: sequence.noTarget, sequence };

  function nextFit(first: NextAttempt | null): Pick<Played, "attempt" | "countedFor" | "unfit"> {
    const unfit: PassedOver[] = [];
    for (let attempt = first; attempt !== null; attempt = sequence.passOver(now)) {
      const fit = fitOf(told, attempt.target, route);
      if (fit.kind === "asked") return { attempt, countedFor: null, unfit };
      if (fit.kind === "counted") return { attempt: null, countedFor: attempt.target, unfit };
      unfit.push({ target: attempt.target.label, why: fit.error.message });
    }
    return { attempt: null, countedFor: null, unfit };
  }
}

/** A budget that lets everything through, and one that lets nothing. */
export const FREE_BUDGET: RetryBudget = { recordFirst: () => undefined, tryTake: () => true };
export const SPENT_BUDGET: RetryBudget = { recordFirst: () => undefined, tryTake: () => false };

const STATUS_OF: Readonly<Partial<Record<FailureClass, number>>> = {
  rate_limited: 429,
  overloaded: 503,
  auth: 401,
  quota_exhausted: 429,
  context_length: 400,
  content_filter: 400,
  invalid_request: 400,
  server_error: 500,
  shed: 503,
};

/** A failure of a class as providers mostly send it: without a wait. */
function failureOf(failureClass: FailureClass): Failure {
  const status = STATUS_OF[failureClass] ?? 0;
  return {
    class: failureClass,
    status,
    message: "What the provider said of the request.",
    param: null,
    code: null,
    retryAfterSeconds: null,
  };
}
