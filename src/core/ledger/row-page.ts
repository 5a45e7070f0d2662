import { isRecord } from "../json/is-record.ts";
import { list, nullable, object, type Reader, text, whole } from "../json/read-json.ts";
import { METERS } from "./account.ts";
import type { Entry, LedgerRow } from "./book-store.ts";
import { startOf } from "./row-facts.ts";

/** Rows of requests that came in from `from` on and before `to`, epoch milliseconds, in the order in which they came in. */
export interface RowQuery {
  readonly from: number;
  readonly to: number;
  /** Those that come after this one; null: from the first. */
  readonly after: RowCursor | null;
  /** At most so many, `MOST_ROWS` at most. */
  readonly limit: number;
}

/** A place among rows: when a request came in, and its id. */
export interface RowCursor {
  readonly start: number;
  readonly id: string;
}

export interface RowPage {
  readonly rows: readonly LedgerRow[];
  /** Where the next page begins; null where there is none. */
  readonly next: RowCursor | null;
}

export const MOST_ROWS = 1_000;
const STATES = ["settled", "expired", "corrected", "refused"] as const;
const CURSOR = /^(\d{1,16})\.(.{1,200})$/;

/** As it stands in an address. */
export function cursorText({ id, start }: RowCursor): string {
  return `${start}.${id}`;
}

/** A cursor as `cursorText` writes it; null for anything else. */
export function readCursor(written: string): RowCursor | null {
  const [, start = "", id = ""] = CURSOR.exec(written) ?? [];
  return id === "" ? null : { start: Number(start), id };
}

/** The page that `rows` are, of which one more than asked for was looked up. */
export function toPage(rows: readonly LedgerRow[], limit: number): RowPage {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last !== undefined ? { start: startOf(last), id: last.id } : null };
}

/** Whether a row belongs to a query's pages from its cursor on. */
export function isAsked(row: LedgerRow, { after, from, to }: Omit<RowQuery, "limit">): boolean {
  const start = startOf(row);
  if (start < from || start >= to) return false;
  return after === null || start > after.start || (start === after.start && row.id > after.id);
}

/** In the order of pages. */
export function compareRows(left: LedgerRow, right: LedgerRow): number {
  return startOf(left) - startOf(right) || (left.id < right.id ? -1 : 1);
}

const id = text(200);
const entry = object<Entry>({
  key: text(1_000),
  meter: (value) => METERS.find((known) => known === value),
  start: whole,
  amount: whole,
});
const facts: Reader<unknown> = (value) => (value === undefined ? null : value);
/** A row as it was sent. */
export const ledgerRow = object<LedgerRow>({
  id,
  at: whole,
  state: (value) => STATES.find((known) => known === value),
  entries: list(entry, 1_000),
  facts,
});
export const cursorReader = object<RowCursor>({ start: whole, id });
const page = object<RowPage>({ rows: list(ledgerRow, MOST_ROWS), next: nullable(cursorReader) });
const query = object<RowQuery>({ from: whole, to: whole, after: nullable(cursorReader), limit: whole });

/** A page as it was sent; null for anything else. */
export function decodePage(value: unknown): RowPage | null {
  return page(value) ?? null;
}

/** A query as it was sent; null for anything else, and where it asks for too much. */
export function decodeRowQuery(value: unknown): RowQuery | null {
  const read = isRecord(value) ? query(value) : undefined;
  return read === undefined || read.limit < 1 || read.limit > MOST_ROWS ? null : read;
}
