import type { LedgerAnswer, LedgerQuestion } from "../core/ledger/exchange.ts";

/**
 * The books of each tenant, kept by one clock. A call is carried out whole or not at all; one that is sent twice counts once,
 * slices apart, which go back by themselves. Rejects, and never guesses, when the store fails.
 */
export interface Ledger {
  exchange(tenant: string, question: LedgerQuestion): Promise<LedgerAnswer>;
}
