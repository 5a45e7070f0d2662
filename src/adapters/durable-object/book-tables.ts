import { type LedgerState, toLedgerState } from "../../core/ledger/backup.ts";
import type { Lease, LedgerRow } from "../../core/ledger/book-store.ts";
import type { RowQuery } from "../../core/ledger/row-page.ts";
import type { Piece } from "../../core/ledger/tally.ts";

type LeaseRow = { id: string; kind: Lease["kind"]; expires: number; body: string };
type SavedPieceRow = { account: string; start: number; used: number; reserved: number };

/** A piece and whose it is. */
export interface SavedPiece extends Piece {
  readonly account: string;
}

const ROW_COLUMNS = "id TEXT PRIMARY KEY, at INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL";
/** The platform binds a hundred values in one statement. */
const ROWS_A_STATEMENT = 25;
type RowRow = { id: string; at: number; state: LedgerRow["state"]; body: string };

/** When a row's request came in, as `startOf` reads it. Where it is written otherwise, the index is not used. */
const START = "COALESCE(json_extract(body, '$.facts.at'), at)";

/**
 * A tenant's books on the object's disk. The runtime keeps what one turn writes whole or not at all, and lets nothing of it
 * be seen outside before it is on the disk.
 */
export class BookTables {
  /** Its parameters: start and id of the row before, from, to, how many. */
  static readonly ROWS = `SELECT * FROM rows WHERE (${START}, id) > (?, ?) AND ${START} >= ? AND ${START} < ? ORDER BY ${START}, id LIMIT ?`;

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
    this.#rebuildRows();
    sql.exec(`CREATE TABLE IF NOT EXISTS rows (${ROW_COLUMNS})`);
    sql.exec("CREATE INDEX IF NOT EXISTS rows_by_time ON rows (at)");
    sql.exec(`CREATE INDEX IF NOT EXISTS rows_by_start ON rows (${START}, id)`);
  }

  /** An earlier version kept rows in the order of their ids, which are random: writing one took ten times as long. */
  #rebuildRows(): void {
    const isOld = "SELECT 1 FROM sqlite_master WHERE name = 'rows' AND sql LIKE '%WITHOUT ROWID%'";
    if (this.#sql.exec(isOld).toArray().length === 0) return;
    this.#sql.exec(`CREATE TABLE rows_in_order (${ROW_COLUMNS})`);
    this.#sql.exec("INSERT INTO rows_in_order SELECT id, at, state, body FROM rows ORDER BY at");
    this.#sql.exec("DROP TABLE rows");
    this.#sql.exec("ALTER TABLE rows_in_order RENAME TO rows");
  }

  pieces(key: string): readonly Piece[] {
    return this.#sql
      .exec<{ start: number; used: number; reserved: number }>("SELECT start, used, reserved FROM pieces WHERE account = ?", key)
      .toArray();
  }

  savePieces(pieces: readonly SavedPiece[]): void {
    this.#insert(
      "pieces (account, start, used, reserved)",
      pieces.map(({ account, reserved, start, used }) => [account, start, used, reserved]),
    );
  }

  dropPiece(key: string, start: number): void {
    this.#sql.exec("DELETE FROM pieces WHERE account = ? AND start = ?", key, start);
  }

  leases(ids: readonly string[]): readonly Lease[] {
    return this.#sql
      .exec<LeaseRow>("SELECT * FROM leases WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(ids))
      .toArray()
      .map(toLease);
  }

  saveLeases(leases: readonly Lease[]): void {
    const rows = leases.map(({ expiresAt, facts, held, id, kind }) => [id, kind, expiresAt, JSON.stringify({ held, facts })]);
    this.#insert("leases (id, kind, expires, body)", rows);
  }

  dropLeases(ids: readonly string[]): void {
    this.#sql.exec("DELETE FROM leases WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(ids));
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

  rowsOf(ids: readonly string[]): readonly LedgerRow[] {
    return this.#sql
      .exec<RowRow>("SELECT * FROM rows WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(ids))
      .toArray()
      .map(toRow);
  }

  /** Lets go of rows from before a time, at most so many. */
  forgetRows(before: number, most: number): void {
    this.#sql.exec("DELETE FROM rows WHERE id IN (SELECT id FROM rows WHERE at < ? ORDER BY at LIMIT ?)", before, most);
  }

  /** What a query asks for, and one row more where there is one. */
  rows({ after, from, limit, to }: RowQuery): readonly LedgerRow[] {
    const { id, start } = after ?? { id: "", start: from };
    return this.#sql
      .exec<RowRow>(BookTables.ROWS, start, id, Math.max(from, start), to, limit + 1)
      .toArray()
      .map(toRow);
  }

  get isEmpty(): boolean {
    const { found } = this.#sql
      .exec<{ found: number }>(
        "SELECT EXISTS (SELECT 1 FROM pieces) OR EXISTS (SELECT 1 FROM leases) OR EXISTS (SELECT 1 FROM rows) AS found",
      )
      .one();
    return found === 0;
  }

  /** Everything but the rows. */
  state(at: number): LedgerState {
    const pieces = this.#sql.exec<SavedPieceRow>("SELECT account, start, used, reserved FROM pieces").toArray();
    return toLedgerState(at, pieces, this.#sql.exec<LeaseRow>("SELECT * FROM leases").toArray().map(toLease));
  }

  clear(): void {
    for (const table of ["pieces", "leases", "rows"]) this.#sql.exec(`DELETE FROM ${table}`);
  }

  saveRows(rows: readonly LedgerRow[]): void {
    this.#insert(
      "rows (id, at, state, body)",
      rows.map(({ at, entries, facts, id, state }) => [id, at, state, JSON.stringify({ entries, facts })]),
    );
  }

  /** As few statements as there may be: each costs more than a row. `into`: a table with four columns. */
  #insert(into: string, rows: readonly (readonly SqlStorageValue[])[]): void {
    for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
      const part = rows.slice(from, from + ROWS_A_STATEMENT);
      this.#sql.exec(`INSERT OR REPLACE INTO ${into} VALUES ${part.map(() => "(?, ?, ?, ?)").join()}`, ...part.flat());
    }
  }
}

/** What this class has written. */
function toLease({ body, expires, id, kind }: LeaseRow): Lease {
  return { id, kind, expiresAt: expires, ...(JSON.parse(body) as Pick<Lease, "held" | "facts">) };
}

function toRow({ at, body, id, state }: RowRow): LedgerRow {
  return { id, at, state, ...(JSON.parse(body) as Pick<LedgerRow, "entries" | "facts">) };
}
