import type { CacheState } from "../../core/cache/cache-state.ts";
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
}

export type Subject = Asked & Decided;

/** An answer that came from the cache. */
export interface BookedHit {
  /** `provider/model` of the original. */
  readonly target: string;
  readonly facts: NonNullable<UsageEvent["hit"]>;
}

/** What one request did. */
interface Booked extends Subject {
  readonly attempts: BookedAttempts;
  readonly cache: CacheState;
  /** Null where the answer is upstream's. */
  readonly hit: BookedHit | null;
  /** Of the answer; null where it has no price. */
  readonly costMicroUsd: number | null;
  readonly shadows: UsageEvent["shadows"];
}

/** A request that ends now, as the ledger and the usage log keep it. */
export function usageEventOf(ending: Ending, booked: Booked, run: Pick<Run, "now" | "requestId" | "startedAt">): UsageEvent {
  const { asked, attempts, cache, caller, costMicroUsd, hit, policy, route, shadows } = booked;
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
    target: hit?.target ?? attempts.answer?.target.label ?? null,
    attempts: attempts.entries,
    stream: asked.stream,
    outcome: ending.outcome,
    failure: ending.failure,
    usage: ending.usage,
    costMicroUsd,
    totalCostMicroUsd: (costMicroUsd ?? 0) + attempts.extraCostMicroUsd,
    shadows,
    cache,
    ...(hit === null ? {} : { hit: hit.facts }),
    policy: policy.stamp,
    durationMs: run.now() - run.startedAt,
  };
}

/** A request that was made beside another: its copy to a mirror, or what is asked anew of what the cache has answered. */
export interface Copy {
  readonly kind: "mirror" | "refresh" | "check";
  readonly target: LinkedTarget;
  readonly usage: Usage;
}

/** The row of a copy. */
export function copyOf(request: UsageEvent, { kind, target, usage }: Copy): UsageEvent {
  const { hit: _, ...original } = request;
  const { label, price } = target;
  const costMicroUsd = price === null ? null : costOf(usage, price);
  return {
    ...original,
    requestId: `${original.requestId}-${kind}`,
    copyOf: original.requestId,
    route: `${original.route}/${kind}`,
    cache: "bypass",
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
