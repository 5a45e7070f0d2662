/** How the tables were before rows were found by the start of their requests; kept as it was. */
import type { BookStore, Lease, LedgerRow } from "../../../src/core/ledger/book-store.ts";
import type { Piece } from "../../../src/core/ledger/tally.ts";

type LeaseRow = { id: string; kind: Lease["kind"]; expires: number; body: string };
type RowRow = { id: string; at: number; state: LedgerRow["state"]; body: string };

/**
 * A tenant's books on the object's disk. The runtime keeps what one turn writes whole or not at all, and lets nothing of it
 * be seen outside before it is on the disk.
 */
export class BookTables implements BookStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS pieces (account TEXT NOT NULL, start INTEGER NOT NULL, used INTEGER NOT NULL, reserved INTEGER NOT NULL, PRIMARY KEY (account, start)) WITHOUT ROWID",
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS leases (id TEXT PRIMARY KEY, kind TEXT NOT NULL, expires INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID",
    );
    sql.exec("CREATE INDEX IF NOT EXISTS leases_by_expiry ON leases (expires)");
    sql.exec(
      "CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, at INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID",
    );
    sql.exec("CREATE INDEX IF NOT EXISTS rows_by_time ON rows (at)");
  }

  pieces(key: string): readonly Piece[] {
    return this.#sql
      .exec<{ start: number; used: number; reserved: number }>("SELECT start, used, reserved FROM pieces WHERE account = ?", key)
      .toArray();
  }

  savePiece(key: string, { reserved, start, used }: Piece): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO pieces (account, start, used, reserved) VALUES (?, ?, ?, ?)",
      key,
      start,
      used,
      reserved,
    );
  }

  dropPiece(key: string, start: number): void {
    this.#sql.exec("DELETE FROM pieces WHERE account = ? AND start = ?", key, start);
  }

  lease(id: string): Lease | null {
    const [row] = this.#sql.exec<LeaseRow>("SELECT * FROM leases WHERE id = ?", id).toArray();
    return row === undefined ? null : toLease(row);
  }

  saveLease({ expiresAt, facts, held, id, kind }: Lease): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO leases (id, kind, expires, body) VALUES (?, ?, ?, ?)",
      id,
      kind,
      expiresAt,
      JSON.stringify({ held, facts }),
    );
  }

  dropLease(id: string): void {
    this.#sql.exec("DELETE FROM leases WHERE id = ?", id);
  }

  due(now: number, most: number): readonly Lease[] {
    return this.#sql
      .exec<LeaseRow>("SELECT * FROM leases WHERE expires <= ? ORDER BY expires LIMIT ?", now, most)
      .toArray()
      .map(toLease);
  }

  nextDue(): number | null {
    return this.#sql.exec<{ next: number | null }>("SELECT MIN(expires) AS next FROM leases").one().next;
  }

  row(id: string): LedgerRow | null {
    const [row] = this.#sql.exec<RowRow>("SELECT * FROM rows WHERE id = ?", id).toArray();
    return row === undefined ? null : toRow(row);
  }

  /** Lets go of rows from before a time, at most so many. */
  forgetRows(before: number, most: number): void {
    this.#sql.exec("DELETE FROM rows WHERE id IN (SELECT id FROM rows WHERE at < ? ORDER BY at LIMIT ?)", before, most);
  }

  saveRow({ at, entries, facts, id, state }: LedgerRow): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO rows (id, at, state, body) VALUES (?, ?, ?, ?)",
      id,
      at,
      state,
      JSON.stringify({ entries, facts }),
    );
  }
}

/** What this class has written. */
function toLease({ body, expires, id, kind }: LeaseRow): Lease {
  return { id, kind, expiresAt: expires, ...(JSON.parse(body) as Pick<Lease, "held" | "facts">) };
}

function toRow({ at, body, id, state }: RowRow): LedgerRow {
  return { id, at, state, ...(JSON.parse(body) as Pick<LedgerRow, "entries" | "facts">) };
}
