import type { Bytes, Orphan, PagePlace, SavedPage } from "../../core/cache/book/answer-tables.ts";

const TABLES = [
  "scopes (scope TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID",
  "pages (key TEXT NOT NULL, dimensions INTEGER NOT NULL, scope INTEGER NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (key, scope, dimensions, number))",
  "orphans (entry INTEGER PRIMARY KEY, key TEXT NOT NULL, dimensions INTEGER NOT NULL, scope INTEGER NOT NULL)",
];

type PageRow = { key: string; dimensions: number; scope: number; number: number; bytes: ArrayBuffer };
type OrphanRow = { entry: number; key: string; dimensions: number; scope: number };

/** Pages of vectors on the object's disk, sealed; which scopes they are of, and vectors in them whose entries are gone. */
export class VectorTables {
  protected readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
    for (const table of TABLES) sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
  }

  scopeNumber(scope: string): number | null {
    const [row] = this.sql.exec<{ number: number }>("SELECT number FROM scopes WHERE scope = ?", scope).toArray();
    return row?.number ?? null;
  }

  saveScope(scope: string, number: number): void {
    this.put("scopes", scope, number);
  }

  pages(keyId: string, scope: number): readonly SavedPage[] {
    return this.sql
      .exec<PageRow>("SELECT * FROM pages WHERE key = ? AND scope = ?", keyId, scope)
      .toArray()
      .map(({ bytes, key, ...place }) => ({ ...place, keyId: key, bytes: new Uint8Array(bytes) }));
  }

  savePage({ bytes, dimensions, keyId, number, scope }: SavedPage): void {
    this.put("pages", keyId, dimensions, scope, number, bytes);
  }

  dropPage({ dimensions, keyId, number, scope }: PagePlace): void {
    const where = "key = ? AND dimensions = ? AND scope = ? AND number = ?";
    this.sql.exec(`DELETE FROM pages WHERE ${where}`, keyId, dimensions, scope, number);
  }

  orphans(keyId: string): readonly Orphan[] {
    return this.sql
      .exec<OrphanRow>("SELECT * FROM orphans WHERE key = ?", keyId)
      .toArray()
      .map(({ key, ...orphan }) => ({ ...orphan, keyId: key }));
  }

  dropOrphans(orphans: readonly Orphan[]): void {
    const entries = JSON.stringify(orphans.map(({ entry }) => entry));
    this.sql.exec("DELETE FROM orphans WHERE entry IN (SELECT value FROM json_each(?))", entries);
  }

  /** A row in the order of its table's columns, in the place of the one with the same key. */
  protected put(table: string, ...values: readonly (SqlStorageValue | Bytes)[]): void {
    this.sql.exec(`INSERT OR REPLACE INTO ${table} VALUES (${values.map(() => "?").join()})`, ...values);
  }
}
