import type { FailureClass } from "../../../src/core/failure.ts";
import type { LinkedTarget } from "../../../src/core/policy/linked.ts";
import type { NextAttempt } from "../../../src/core/routing/attempt-sequence.ts";
import type { AttemptOutcome } from "../../../src/core/health/outcome.ts";
import type { Dispatch } from "../dispatch.ts";
import type { Exchange } from "../exchange.ts";
import type { Decision, Request } from "../request.ts";
import type { Pauses } from "./pauses.ts";
import { poolsOf, standingOf } from "./pools.ts";
import type { Violate } from "./violations.ts";

/** Failures that count against the target itself. */
const COUNTS: ReadonlySet<FailureClass> = new Set([
  "overloaded",
  "connection",
  "timeout_ttft",
  "timeout_idle",
  "stream_cut",
  "malformed",
  "server_error",
]);

/** Whether a failure is one of the target and not of a credential, of the request, or a wish to be left alone. */
export function countsAgainstTarget(outcome: AttemptOutcome): boolean {
  if (outcome.kind !== "failed" || !COUNTS.has(outcome.failure.class)) return false;
  const { class: name, retryAfterSeconds, status } = outcome.failure;
  return name !== "overloaded" || (status !== 529 && retryAfterSeconds === null);
}

/** I5: nobody is told that there is no target, and none is out of use without a reason, while one is healthy and allowed. */
export class Availability {
  readonly #violate: Violate;
  readonly #pauses: Pauses;
  readonly #failed = new Set<string>();

  constructor(violate: Violate, pauses: Pauses) {
    this.#violate = violate;
    this.#pauses = pauses;
  }

  ended({ at }: Exchange, outcome: AttemptOutcome): void {
    if (countsAgainstTarget(outcome)) this.#failed.add(at.target.id);
  }

  /** Nothing is out of use for which nobody gave a reason. */
  decided({ isolate }: Request): void {
    const { now, targets, view } = isolate;
    for (const target of targets) {
      if (!this.#failed.has(target.id) && view.standing(target.id, now) !== "ready")
        this.#violate("I5", `${target.id} never failed and is out of rotation in ${isolate.id}`);
      for (const { id } of target.credentials) {
        if (view.blockedUntil(target.id, id, now) <= now) continue;
        const isExplained = this.#pauses.ever.has(id) || this.#pauses.ever.has(`${target.id} ${id}`);
        if (!isExplained) this.#violate("I5", `${id} never was asked to pause at ${target.id} and does so in ${isolate.id}`);
      }
    }
  }

  nobodyAsked({ isolate }: Request, decision: Decision, code: string): void {
    const left = poolsOf(decision)
      .flat()
      .filter((target) => ["usable", "out of rotation"].includes(standingOf(target, isolate)));
    if (left.length > 0) this.#violate("I5", `${code} although ${namesOf(left)} can be asked by ${isolate.id}`);
  }

  /** A request that goes on with `next`, or ends where that is null, passes over nobody who is usable. */
  chosen(dispatch: Dispatch, after: FailureClass, next: NextAttempt | null): void {
    const { input, request } = dispatch;
    const { isolate } = request;
    if (next !== null && next.delayMs === 0) return;
    const { maxAttempts, failoverOn } = input.decision.route;
    if (!failoverOn.has(after) || dispatch.attempts >= maxAttempts) return;
    if (next === null && (isolate.isBudgetSpent || isolate.now >= input.deadline)) return;
    const left = poolsOf(input.decision)
      .flat()
      .filter(
        (target) =>
          target !== next?.target && standingOf(target, isolate, dispatch.refused) === "usable" && !dispatch.asked.has(target.id),
      );
    if (left.length > 0)
      this.#violate(
        "I5",
        `r${request.asked.id} ${next === null ? "fails" : "repeats"} although ${namesOf(left)} was not asked by ${isolate.id}`,
      );
  }
}

function namesOf(targets: readonly LinkedTarget[]): string {
  return targets.map(({ id }) => id).join(", ");
}
