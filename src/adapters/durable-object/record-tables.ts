import { decodeOutcome } from "../../core/idempotency/decode-idempotency.ts";
import type { IdempotencyRecord, Outcome } from "../../core/idempotency/idempotency-record.ts";
import type { RecordStore } from "../../core/idempotency/record-book.ts";

/** One SQLite value has at most 2 MB; an outcome is cut into pieces below that. */
const PIECE_BYTES = 1_000_000;

type RecordRow = {
  fingerprint: string;
  opening: string;
  owner: string;
  lease: number;
  expires: number;
  ended: number;
};

const utf8 = new TextEncoder();

/** Records on the object's disk, and outcomes beside them in pieces. */
export class RecordTables implements RecordStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, opening TEXT NOT NULL, owner TEXT NOT NULL, lease INTEGER NOT NULL, expires INTEGER NOT NULL, ended INTEGER NOT NULL) WITHOUT ROWID",
    );
    sql.exec("CREATE INDEX IF NOT EXISTS records_by_expiry ON records (expires)");
    sql.exec(
      "CREATE TABLE IF NOT EXISTS pieces (key TEXT NOT NULL, piece INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (key, piece))",
    );
  }

  read(key: string): IdempotencyRecord | null {
    const [row] = this.#sql.exec<RecordRow>("SELECT * FROM records WHERE key = ?", key).toArray();
    if (row === undefined) return null;
    const { ended, expires, fingerprint, lease, opening, owner } = row;
    const outcome = ended === 0 ? null : this.#readOutcome(key);
    return { fingerprint, openingId: opening, owner, leaseUntil: lease, expiresAt: expires, outcome };
  }

  write(key: string, { expiresAt, fingerprint, leaseUntil, openingId, outcome, owner }: IdempotencyRecord): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO records (key, fingerprint, opening, owner, lease, expires, ended) VALUES (?, ?, ?, ?, ?, ?, ?)",
      key,
      fingerprint,
      openingId,
      owner,
      leaseUntil,
      expiresAt,
      outcome === null ? 0 : 1,
    );
    this.#sql.exec("DELETE FROM pieces WHERE key = ?", key);
    if (outcome !== null) this.#writeOutcome(key, outcome);
  }

  drop(key: string): void {
    this.#sql.exec("DELETE FROM records WHERE key = ?", key);
    this.#sql.exec("DELETE FROM pieces WHERE key = ?", key);
  }

  nextExpiry(): number | null {
    return this.#sql.exec<{ next: number | null }>("SELECT MIN(expires) AS next FROM records").one().next;
  }

  /** Erases what has expired, at most so many. */
  forget(now: number, most: number): void {
    const expired = this.#sql
      .exec<{ key: string }>("SELECT key FROM records WHERE expires <= ? ORDER BY expires LIMIT ?", now, most)
      .toArray();
    for (const { key } of expired) this.drop(key);
  }

  /** Bytes, not text: a cut through a character must not change it. */
  #writeOutcome(key: string, outcome: Outcome): void {
    const bytes = utf8.encode(JSON.stringify(outcome));
    for (let piece = 0; piece * PIECE_BYTES < bytes.length; piece += 1) {
      const part = bytes.slice(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES);
      this.#sql.exec("INSERT INTO pieces (key, piece, bytes) VALUES (?, ?, ?)", key, piece, part);
    }
  }

  /** What cannot be read counts as not kept: that it was carried out is known. */
  #readOutcome(key: string): Outcome {
    const decoder = new TextDecoder();
    let text = "";
    for (const { bytes } of this.#sql.exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM pieces WHERE key = ? ORDER BY piece", key))
      text += decoder.decode(bytes, { stream: true });
    return decodeOutcome(JSON.parse(text)) ?? { kind: "unkept" };
  }
}
