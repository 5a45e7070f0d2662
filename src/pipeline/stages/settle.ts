import type { Failure, FailureClass } from "../../core/failure.ts";
import type { LinkedPolicy, LinkedRoute, LinkedTarget } from "../../core/policy/link.ts";
import { costMicroUsd, estimateUsage, type Usage } from "../../core/usage.ts";
import type { DecodedRequest } from "../../dialects/dialect.ts";
import type { UsageEvent } from "../../ports/usage-sink.ts";
import type { Caller } from "../../core/caller.ts";
import type { Deps, Run } from "../deps.ts";

interface Subject {
  readonly caller: Caller;
  readonly asked: DecodedRequest;
  readonly route: LinkedRoute;
  readonly policy: LinkedPolicy;
}

/** How an answer ended. */
export interface Ending {
  readonly outcome: UsageEvent["outcome"];
  /** A failure after the answer had begun, or a defect noticed too late to act on. */
  readonly failure: FailureClass | null;
  readonly usage: Usage | null;
  readonly cache: UsageEvent["cache"];
}

/**
 * Stage: collects what a request did and books it exactly once, when its answer has ended: ledger, health, usage log. Never
 * fails a request and never counts a caller who left against a target.
 */
export class Settlement {
  readonly subject: Subject;
  readonly #deps: Pick<Deps, "ledger" | "health" | "usage">;
  readonly #run: Run;
  readonly #attempts: { target: string; outcome: "ok" | FailureClass }[] = [];
  #lastFailure: FailureClass | null = null;
  #answeredBy: LinkedTarget | null = null;
  #booked = false;
  #onBooked: (() => void) | null = null;

  constructor(subject: Subject, deps: Pick<Deps, "ledger" | "health" | "usage">, run: Run) {
    this.subject = subject;
    this.#deps = deps;
    this.#run = run;
  }

  get attempts(): number {
    return this.#attempts.length;
  }

  get target(): LinkedTarget | null {
    return this.#answeredBy;
  }

  attemptFailed(target: LinkedTarget, failure: Failure): void {
    this.#lastFailure = failure.class;
    this.#attempts.push({ target: target.label, outcome: failure.class });
    this.#deps.health.report(target.label, { kind: "failed", class: failure.class }, this.#run.now());
  }

  attemptAnswered(target: LinkedTarget): void {
    this.#attempts.push({ target: target.label, outcome: "ok" });
    this.#answeredBy = target;
  }

  /** Our own count, flagged, for an answer whose usage no one reported. */
  estimate(outputCharacters: number): Usage {
    return estimateUsage(this.subject.asked.text.length, outputCharacters);
  }

  /** Micro-USD of `usage` at the answering target; null when its price is not known. */
  cost(usage: Usage | null): number | null {
    const price = this.#answeredBy?.price ?? null;
    return usage === null || price === null ? null : costMicroUsd(usage, price);
  }

  /** `release` is called when the answer has ended, however it ended. */
  whenBooked(release: () => void): void {
    this.#onBooked = release;
  }

  /** Books a request that ends in `error`, and throws it again. */
  refuse(error: unknown): never {
    this.book({ outcome: "failed", failure: this.#lastFailure, usage: null, cache: "bypass" });
    throw error;
  }

  book(ending: Ending): void {
    if (this.#booked) return;
    this.#booked = true;
    this.#onBooked?.();
    this.#reportAnswer(ending);
    const { usage } = ending;
    const now = this.#run.now();
    if (usage !== null && this.subject.caller.limits.length > 0)
      this.#run.defer(this.#deps.ledger.settle(this.#run.requestId, usage, now));
    this.#deps.usage.record(this.#event(ending, now), (work) => this.#run.defer(work));
  }

  #reportAnswer(ending: Ending): void {
    const target = this.#answeredBy;
    if (target === null || ending.outcome === "client_left") return;
    const now = this.#run.now();
    const { failure } = ending;
    const outcome =
      ending.outcome === "failed" && failure !== null ? ({ kind: "failed", class: failure } as const) : ({ kind: "ok" } as const);
    this.#deps.health.report(target.label, outcome, now);
  }

  #event(ending: Ending, now: number): UsageEvent {
    const { asked, caller, policy, route } = this.subject;
    return {
      requestId: this.#run.requestId,
      at: this.#run.startedAt,
      tenant: caller.tenant,
      consumer: caller.consumer,
      keyId: caller.keyId,
      operation: asked.operation,
      model: asked.model,
      route: route.id,
      target: this.#answeredBy?.label ?? null,
      attempts: this.#attempts,
      stream: asked.stream,
      outcome: ending.outcome,
      failure: ending.failure,
      usage: ending.usage,
      costMicroUsd: ending.cache === "hit-exact" ? 0 : this.cost(ending.usage),
      cache: ending.cache,
      policy: policy.stamp,
      durationMs: now - this.#run.startedAt,
    };
  }
}
