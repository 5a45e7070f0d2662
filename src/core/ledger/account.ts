/** What a limit counts: requests, tokens, money in micro-USD, or requests under way. */
export const METERS = ["requests", "tokens", "microUsd", "concurrency"] as const;
export type Meter = (typeof METERS)[number];

/** Over what time a limit counts. */
export type LedgerWindow =
  /** The last so many milliseconds, whenever they began. */
  | { readonly kind: "sliding"; readonly ms: number }
  /** A calendar's day, week (from Monday) or month, as a clock in the time zone shows it. */
  | { readonly kind: "calendar"; readonly unit: CalendarUnit; readonly timeZone: string }
  /** What is reserved now, and nothing that has ended. */
  | { readonly kind: "now" };

export type CalendarUnit = "day" | "week" | "month";

/** A limit in force. It comes with every request, so that a changed policy counts from the next one on. */
export interface Account {
  /** From `storageKey`: whose limit it is, and which. */
  readonly key: string;
  readonly meter: Meter;
  /** Whole units of the meter. */
  readonly limit: number;
  readonly window: LedgerWindow;
}

/** What one request takes of one account. */
export interface Charge {
  readonly account: Account;
  /** What it is expected to use. */
  readonly amount: number;
  /** What it is charged where nobody ever says what it used. */
  readonly floor: number;
}

/** What holds while the books cannot be asked: nothing passes, a tenth of the limit, or this isolate's part of it. */
export type FailureMode = "closed" | "open" | "local";

/** One NaN would make every later comparison false, which grants everything. @throws RangeError */
export function assertAmount(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount < 0) throw new RangeError(`Not an amount: ${amount}.`);
}
