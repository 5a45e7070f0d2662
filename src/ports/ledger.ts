import type { CallerLimit } from "../core/caller.ts";
import type { Usage } from "../core/usage.ts";

export interface AdmitRequest {
  readonly requestId: string;
  readonly limits: readonly CallerLimit[];
  /** Expected tokens of the whole call. */
  readonly expectedTokens: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** `remainingTokens` is the smallest remainder over the limits, null when there are none. */
export type Admission =
  | { readonly kind: "granted"; readonly remainingTokens: number | null }
  | { readonly kind: "denied"; readonly retryAfterSeconds: number; readonly key: string };

/**
 * Token budgets. `admit` reserves in all limits or in none; a denied request debits nothing. `settle` replaces the
 * reservation by what was used, once: a second settlement of the same request changes nothing. Both reject, and never
 * guess, when the store fails.
 */
export interface Ledger {
  admit(request: AdmitRequest): Promise<Admission>;
  settle(requestId: string, usage: Usage, now: number): Promise<void>;
}
