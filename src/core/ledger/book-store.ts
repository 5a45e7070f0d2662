import type { Account, Charge, Meter } from "./account.ts";
import type { Piece } from "./tally.ts";

/** What one request, or one slice, has taken of one account. */
export interface Held extends Omit<Charge, "account"> {
  readonly account: Pick<Account, "key" | "meter">;
  /** The piece of the window that it counts in. Epoch milliseconds. */
  readonly start: number;
}

/** Something reserved until it is settled or its time is over. */
export interface Lease {
  /** Id of the request or of the slice. */
  readonly id: string;
  readonly kind: "request" | "slice";
  readonly held: readonly Held[];
  /** Epoch milliseconds of the store's clock. */
  readonly expiresAt: number;
  /** What is known of a request when it begins; kept for the row that its expiry makes. */
  readonly facts: unknown;
}

/** What one request used of one account in the end. */
export interface Entry {
  readonly key: string;
  readonly meter: Meter;
  readonly start: number;
  readonly amount: number;
}

/** A row is kept for so long: longer than any budget lasts, and than an end that is told late is waited for. */
export const ROWS_MS = 40 * 86_400_000;

/** One request in the books, written once and corrected at most once. */
export interface LedgerRow {
  readonly id: string;
  /** Epoch milliseconds of the store's clock at which it was written. */
  readonly at: number;
  /** `expired`: nobody said what it used, so its floor was charged; `corrected`: somebody did, afterwards. */
  readonly state: "settled" | "expired" | "corrected" | "refused";
  readonly entries: readonly Entry[];
  readonly facts: unknown;
}

/** Where a book is kept. Calls are immediate; what one turn wrote is kept whole or not at all. */
export interface BookStore {
  pieces(key: string): readonly Piece[];
  savePiece(key: string, piece: Piece): void;
  dropPiece(key: string, start: number): void;
  lease(id: string): Lease | null;
  saveLease(lease: Lease): void;
  dropLease(id: string): void;
  /** Leases whose time is over, at most so many, the earliest first. */
  due(now: number, most: number): readonly Lease[];
  /** When the first lease expires; null where there is none. */
  nextDue(): number | null;
  row(id: string): LedgerRow | null;
  saveRow(row: LedgerRow): void;
}
