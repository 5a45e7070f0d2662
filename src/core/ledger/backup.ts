import { parseRecord } from "../json/parse-record.ts";
import { list, object, type Reader, text, whole } from "../json/read-json.ts";
import { METERS } from "./account.ts";
import type { Held, Lease, LedgerRow } from "./book-store.ts";
import { ledgerRow } from "./row-page.ts";
import type { Piece } from "./tally.ts";

/** A piece of an account, and whose it is. */
export interface SavedPiece extends Piece {
  /** Key of the account. */
  readonly account: string;
}

/** What a request under way holds. */
export type SavedLease = Omit<Lease, "kind">;

/** How a tenant's books stand at one moment, but for their rows. What slices hold is counted as free: they end within seconds. */
export interface LedgerState {
  /** Epoch milliseconds of the store's clock. */
  readonly at: number;
  readonly pieces: readonly SavedPiece[];
  readonly leases: readonly SavedLease[];
}

/** Part of books that are put back. The first begins: books that hold something are not overwritten unless it says so. */
export interface RestorePart extends Omit<LedgerState, "at"> {
  readonly begin: "no" | "empty" | "replace";
  readonly rows: readonly LedgerRow[];
}

export type Restored = { readonly kind: "restored" } | { readonly kind: "not_empty" };

/** Of pieces and leases of every kind, what is saved. */
export function toLedgerState(at: number, pieces: readonly SavedPiece[], leases: readonly Lease[]): LedgerState {
  const free = new Map<string, number>();
  for (const { held } of leases.filter(({ kind }) => kind === "slice"))
    for (const part of held)
      free.set(placeOf(part.account.key, part.start), (free.get(placeOf(part.account.key, part.start)) ?? 0) + part.amount);
  return {
    at,
    pieces: pieces
      .map((piece) => ({ ...piece, reserved: piece.reserved - (free.get(placeOf(piece.account, piece.start)) ?? 0) }))
      .filter(({ reserved, used }) => reserved > 0 || used > 0),
    leases: leases
      .filter(({ kind }) => kind === "request")
      .map(({ expiresAt, facts, held, id }) => ({ id, expiresAt, facts, held: held.map(withoutLimit) })),
  };
}

function placeOf(account: string, start: number): string {
  return `${start} ${account}`;
}

/** The limit comes with each request, not with the books. */
function withoutLimit({ account: { key, meter }, amount, floor, start }: Held): Held {
  return { account: { key, meter }, amount, floor, start };
}

const id = text(200);
const key = text(1_000);
const account = object<Held["account"]>({ key, meter: (value) => METERS.find((known) => known === value) });
const facts: Reader<unknown> = (value) => (value === undefined ? null : value);
const piece = object<SavedPiece>({ account: key, start: whole, used: whole, reserved: whole });
const lease = object<SavedLease>({
  id,
  expiresAt: whole,
  facts,
  held: list(object<Held>({ account, amount: whole, floor: whole, start: whole }), 1_000),
});
const MOST_SAVED = 1_000_000;
const state = object<LedgerState>({ at: whole, pieces: list(piece, MOST_SAVED), leases: list(lease, MOST_SAVED) });
const part = object<RestorePart>({
  begin: (value) => (["no", "empty", "replace"] as const).find((known) => known === value),
  pieces: list(piece, MOST_SAVED),
  leases: list(lease, MOST_SAVED),
  rows: list(ledgerRow, MOST_SAVED),
});

/** A state as it was sent; null for anything else. */
export function decodeLedgerState(value: unknown): LedgerState | null {
  return state(value) ?? null;
}

/** A part as it was sent; null for anything else. */
export function decodeRestorePart(value: unknown): RestorePart | null {
  return part(value) ?? null;
}

/** Lines of JSON, each a `{"piece"}`, `{"lease"}` or `{"row"}`; or the number of the first line that is none, from 1. */
export function readBackupLines(lines: readonly string[]): Omit<RestorePart, "begin"> | { readonly wrongLine: number } {
  const found = { pieces: new Array<SavedPiece>(), leases: new Array<SavedLease>(), rows: new Array<LedgerRow>() };
  for (const [index, line] of lines.entries()) {
    const record = parseRecord(line);
    const [savedPiece, savedLease, savedRow] = [piece(record?.["piece"]), lease(record?.["lease"]), ledgerRow(record?.["row"])];
    if (savedPiece !== undefined) found.pieces.push(savedPiece);
    else if (savedLease !== undefined) found.leases.push(savedLease);
    else if (savedRow !== undefined) found.rows.push(savedRow);
    else return { wrongLine: index + 1 };
  }
  return found;
}
