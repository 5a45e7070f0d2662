import type { CacheState } from "../core/cache/cache-state.ts";
import type { FailureClass } from "../core/failure.ts";
import type { Usage } from "../core/usage.ts";

/** One attempt of a request, as it ended. */
export interface UsageAttempt {
  /** `provider/model`. */
  readonly target: string;
  /** `abandoned` when another one was faster, or nobody waited for it any more. */
  readonly outcome: "ok" | "abandoned" | FailureClass;
  /** What it used, counted by us where the target did not say; null where it used nothing. */
  readonly usage: Usage | null;
  /** Null where nothing was used, or its model has no price. */
  readonly costMicroUsd: number | null;
  /** What the target reported, where it is more than we believe. */
  readonly claimed?: Usage;
}

/** One request, as it ended. No prompt, no answer, no credential. */
export interface UsageEvent {
  readonly requestId: string;
  /** Epoch milliseconds at which the request came in. */
  readonly at: number;
  readonly tenant: string;
  readonly consumer: string;
  readonly keyId: string;
  /** The caller's. */
  readonly tags: Readonly<Record<string, string>>;
  /** The transaction it was made in, where the caller sent a token of one; the token itself is nowhere. */
  readonly transaction?: { readonly id: string; readonly workload: string; readonly subject: string };
  readonly operation: "chat" | "embeddings" | "count_tokens";
  readonly model: string;
  readonly route: string;
  /** `provider/model` that answered; null when none did. */
  readonly target: string | null;
  /** In order. */
  readonly attempts: readonly UsageAttempt[];
  readonly stream: boolean;
  readonly outcome: "ok" | "failed" | "client_left";
  /** The class that ended the answer after it had begun, or a defect noticed too late to act on. */
  readonly failure: FailureClass | null;
  /** Of the answer. */
  readonly usage: Usage | null;
  /** Of the answer; null where its model has no price. */
  readonly costMicroUsd: number | null;
  /** Of all attempts, as far as prices are known: what the caller's budgets are charged. */
  readonly totalCostMicroUsd: number;
  /** Routes and first targets of policies that are evaluated and not enforced; null where none of theirs would have served. */
  readonly shadows: readonly { readonly route: string | null; readonly target: string | null }[];
  readonly cache: CacheState;
  /** Of an answer that came from the cache: what of the original's tokens is charged, and what was not spent again. */
  readonly hit?: {
    readonly chargedTokens: number;
    readonly savedTokens: number;
    /** Null where the original had no price. */
    readonly savedMicroUsd: number | null;
    readonly savedMs: number;
  };
  readonly policy: string;
  readonly durationMs: number;
  /** The request that this one was a copy of, sent to a mirror: nobody is charged for it. */
  readonly copyOf?: string;
}

/**
 * Where finished requests are recorded. `record` never throws and never delays a response: what must be sent
 * elsewhere is handed to `defer`. `recent` gives one tenant's events, newest first, at most `limit`, including what this
 * isolate recorded a moment ago; it rejects when the store fails.
 */
export interface UsageSink {
  record(event: UsageEvent, defer: (work: Promise<unknown>) => void): void;
  recent(tenant: string, limit: number): Promise<readonly UsageEvent[]>;
}
