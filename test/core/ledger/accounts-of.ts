import type { Account, Charge, LedgerWindow } from "../../../src/core/ledger/account.ts";
import type { Closing, Opening, SliceWish, Used } from "../../../src/core/ledger/book.ts";

/** The start of a minute, an hour and, in UTC, a day. */
export const NOW = 1_800_057_600_000;
export const MINUTE: LedgerWindow = { kind: "sliding", ms: 60_000 };
export const MONTH: LedgerWindow = { kind: "calendar", unit: "month", timeZone: "UTC" };

export function account(key: string, detail: Partial<Account> = {}): Account {
  return { key: `default|ledger|${key}`, meter: "tokens", limit: 100, window: MINUTE, ...detail };
}

/** So much of each account; nothing is charged where nobody says what was used. */
export function charges(amount: number, ...accounts: readonly Account[]): readonly Charge[] {
  return accounts.map((each) => ({ account: each, amount, floor: 0 }));
}

export function opening(id: string, taken: readonly Charge[], detail: Partial<Opening> = {}): Opening {
  return { id, charges: taken, leaseMs: 120_000, facts: null, ...detail };
}

export function wish(id: string, wanted: readonly Charge[]): SliceWish {
  return { id, charges: wanted, leaseMs: 3_500 };
}

export function used(tokens: number, detail: Partial<Used> = {}): Used {
  return { requests: 1, tokens, microUsd: 0, ...detail };
}

export function closing(id: string, tokens: number, detail: Partial<Closing> = {}): Closing {
  return { id, charges: null, sliceId: null, used: used(tokens), facts: null, ...detail };
}
