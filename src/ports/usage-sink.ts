import type { FailureClass } from "../core/failure.ts";
import type { Usage } from "../core/usage.ts";

/** One request, as it ended. No prompt, no answer, no credential. */
export interface UsageEvent {
  readonly requestId: string;
  /** Epoch milliseconds at which the request came in. */
  readonly at: number;
  readonly tenant: string;
  readonly consumer: string;
  readonly keyId: string;
  readonly operation: "chat" | "embeddings" | "count_tokens";
  readonly model: string;
  readonly route: string;
  /** `provider/model` that answered; null when none did. */
  readonly target: string | null;
  /** Each attempt in order: `provider/model` and how it ended; `abandoned` when another one was faster. */
  readonly attempts: readonly { readonly target: string; readonly outcome: "ok" | "abandoned" | FailureClass }[];
  readonly stream: boolean;
  readonly outcome: "ok" | "failed" | "client_left";
  /** The class that ended the answer after it had begun, or a defect noticed too late to act on. */
  readonly failure: FailureClass | null;
  readonly usage: Usage | null;
  readonly costMicroUsd: number | null;
  /** What abandoned attempts are expected to cost beside it, as far as prices are known. */
  readonly extraCostMicroUsd: number;
  /** Routes and first targets of policies that are evaluated and not enforced; null where none of theirs would have served. */
  readonly shadows: readonly { readonly route: string | null; readonly target: string | null }[];
  readonly cache: "hit-exact" | "miss" | "bypass";
  readonly policy: string;
  readonly durationMs: number;
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
