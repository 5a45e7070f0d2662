import type { Caller } from "../../core/caller.ts";
import type { FailureClass } from "../../core/failure.ts";
import type { LinkedPolicy, LinkedRoute, LinkedTarget } from "../../core/policy/linked.ts";
import type { Trace } from "../../core/routing/trace.ts";
import { costMicroUsd as costOf, type Usage } from "../../core/usage.ts";
import type { DecodedRequest } from "../../dialects/dialect.ts";
import type { UsageEvent } from "../../ports/usage-sink.ts";
import type { Run } from "../deps.ts";
import type { BookedAttempts } from "./booked-attempts.ts";

/** Who asked what. */
export interface Asked {
  readonly caller: Caller;
  readonly asked: DecodedRequest;
}

/** What policy made of it. */
export interface Decided {
  readonly route: LinkedRoute;
  readonly policy: LinkedPolicy;
  readonly trace: Trace | null;
}

/** How an answer ended. */
export interface Ending {
  readonly outcome: UsageEvent["outcome"];
  /** A failure after the answer had begun, or a defect noticed too late to act on. */
  readonly failure: FailureClass | null;
  readonly usage: Usage | null;
  readonly cache: UsageEvent["cache"];
}

export type Subject = Asked & Decided;

/** What one request did. */
interface Booked extends Subject {
  readonly attempts: BookedAttempts;
  /** Of the answer; null where it has no price. */
  readonly costMicroUsd: number | null;
  readonly shadows: UsageEvent["shadows"];
}

/** A request that ends now, as the ledger and the usage log keep it. */
export function usageEventOf(ending: Ending, booked: Booked, run: Pick<Run, "now" | "requestId" | "startedAt">): UsageEvent {
  const { asked, attempts, caller, costMicroUsd, policy, route, shadows } = booked;
  return {
    requestId: run.requestId,
    at: run.startedAt,
    tenant: caller.tenant,
    consumer: caller.consumer,
    keyId: caller.keyId,
    tags: caller.tags,
    ...transactionFacts(caller),
    operation: asked.operation,
    model: asked.model,
    route: route.id,
    target: attempts.answer?.target.label ?? null,
    attempts: attempts.entries,
    stream: asked.stream,
    outcome: ending.outcome,
    failure: ending.failure,
    usage: ending.usage,
    costMicroUsd,
    totalCostMicroUsd: (costMicroUsd ?? 0) + attempts.extraCostMicroUsd,
    shadows,
    cache: ending.cache,
    policy: policy.stamp,
    durationMs: run.now() - run.startedAt,
  };
}

/** The copy of a request that was sent to a target elsewhere. */
export function copyOf(original: UsageEvent, { label, price }: LinkedTarget, usage: Usage): UsageEvent {
  const costMicroUsd = price === null ? null : costOf(usage, price);
  return {
    ...original,
    requestId: `${original.requestId}-mirror`,
    copyOf: original.requestId,
    route: `${original.route}/mirror`,
    target: label,
    attempts: [{ target: label, outcome: original.failure ?? "ok", usage, costMicroUsd }],
    costMicroUsd,
    totalCostMicroUsd: costMicroUsd ?? 0,
    shadows: [],
  };
}

/** Of a transaction token, what a row may hold. */
function transactionFacts({ transaction }: Caller): Pick<UsageEvent, "transaction"> {
  if (transaction === undefined) return {};
  const { id, subject, workload } = transaction;
  return { transaction: { id, subject, workload } };
}
