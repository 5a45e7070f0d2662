import {
  type AnswerTables,
  MOST_REFUSALS,
  type Name,
  type NameQuery,
  type Refusal,
  type SavedClass,
  type Sealed,
  type Totals,
} from "../../core/cache/book/answer-tables.ts";
import { type Entry, type Epochs, rankOf } from "../../core/cache/book/entry.ts";
import { VectorTables } from "./vector-tables.ts";

const TABLES = [
  "entries (id INTEGER PRIMARY KEY, class TEXT NOT NULL, principal TEXT NOT NULL, audience TEXT, gone INTEGER NOT NULL, rank REAL NOT NULL, bytes INTEGER NOT NULL, dimensions INTEGER NOT NULL, facts TEXT NOT NULL)",
  "texts (id INTEGER PRIMARY KEY, head BLOB NOT NULL, body BLOB NOT NULL)",
  "names (name TEXT NOT NULL, entry INTEGER NOT NULL, alias BLOB, principal TEXT NOT NULL, PRIMARY KEY (name, entry)) WITHOUT ROWID",
  "refusals (entry TEXT NOT NULL, question TEXT NOT NULL, principal TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (entry, question)) WITHOUT ROWID",
  "epochs (name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
  "classes (class TEXT NOT NULL, embedder TEXT NOT NULL, judge TEXT, figures TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (class, embedder)) WITHOUT ROWID",
  "numbers (id INTEGER PRIMARY KEY CHECK (id = 0), last INTEGER NOT NULL)",
];
const INDEXES = [
  "refusals_by_time ON refusals (at)",
  "entries_by_end ON entries (gone)",
  "entries_by_rank ON entries (rank)",
  "entries_by_principal ON entries (principal)",
  "names_by_entry ON names (entry)",
  "names_by_principal ON names (principal)",
];

type EntryRow = { facts: string };
type NameRow = { name: string; entry: number; alias: ArrayBuffer | null; principal: string };
type ClassRow = { class: string; embedder: string; judge: string | null; figures: string; used: number };

/** A book of answers on the object's disk, every text and vector in it sealed. */
export class SqlAnswerTables extends VectorTables implements AnswerTables {
  readonly #storage: Pick<DurableObjectStorage, "sql" | "transactionSync">;
  /** As on the disk; null until they are read, and after something has failed. */
  #totals: Totals | null = null;
  #epochs: Map<string, number> | null = null;
  #last: number | null = null;

  constructor(storage: Pick<DurableObjectStorage, "sql" | "transactionSync">) {
    super(storage.sql);
    this.#storage = storage;
    for (const table of TABLES) this.sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
    for (const index of INDEXES) this.sql.exec(`CREATE INDEX IF NOT EXISTS ${index}`);
  }

  /** Whether there is a book: one that nobody has written in is not made to look into it. */
  static isThere(sql: SqlStorage): boolean {
    return sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'entries'").toArray().length > 0;
  }

  change<Result>(work: () => Result): Result {
    try {
      return this.#storage.transactionSync(work);
    } catch (error) {
      this.#totals = null;
      this.#epochs = null;
      throw error;
    }
  }

  /** Written with what it is given to: a number that was never used may be given again after a restart. */
  nextNumber(): number {
    this.#last ??= this.sql.exec<{ last: number }>("SELECT COALESCE(MAX(last), 0) AS last FROM numbers").one().last;
    this.#last += 1;
    return this.#last;
  }

  entry(id: number): Entry | null {
    const [row] = this.sql.exec<EntryRow>("SELECT facts FROM entries WHERE id = ?", id).toArray();
    return row === undefined ? null : toEntry(row);
  }

  sealed(id: number): Sealed | null {
    const [row] = this.sql
      .exec<{ head: ArrayBuffer; body: ArrayBuffer }>("SELECT head, body FROM texts WHERE id = ?", id)
      .toArray();
    return row === undefined ? null : { head: new Uint8Array(row.head), body: new Uint8Array(row.body) };
  }

  save(entry: Entry, { body, head }: Sealed): void {
    this.#count(this.entry(entry.id), -1);
    this.put("texts", entry.id, head, body);
    this.update(entry);
    this.#saveLast();
    this.#count(entry, 1);
  }

  update(entry: Entry): void {
    const { audience, bytes, dimensions, goneAt, id, principal, scopeClass } = entry;
    this.put("entries", id, scopeClass, principal, audience, goneAt, rankOf(entry), bytes, dimensions, JSON.stringify(entry));
  }

  remove(ids: readonly number[]): void {
    for (const id of ids) {
      const entry = this.entry(id);
      if (entry === null) continue;
      const { dimensions, keyId } = entry;
      const scope = dimensions === 0 ? null : this.scopeNumber(entry.scope);
      if (scope !== null) this.put("orphans", id, keyId, dimensions, scope);
      for (const from of ["entries WHERE id", "texts WHERE id", "names WHERE entry"])
        this.sql.exec(`DELETE FROM ${from} = ?`, id);
      this.#count(entry, -1);
    }
  }

  totals(): Totals {
    const sums = "COUNT(*) AS entries, COALESCE(SUM(bytes), 0) AS bytes, COALESCE(SUM(dimensions), 0) AS vectorBytes";
    this.#totals ??= this.sql.exec<{ entries: number; bytes: number; vectorBytes: number }>(`SELECT ${sums} FROM entries`).one();
    return this.#totals;
  }

  classSizes(): ReadonlyMap<string, number> {
    const rows = this.sql.exec<{ class: string; size: number }>("SELECT class, COUNT(*) AS size FROM entries GROUP BY class");
    return new Map([...rows].map((row) => [row.class, row.size]));
  }

  named({ isFor, most, name, principal }: NameQuery): readonly Name[] {
    const isWanted = isFor ? "(audience IS NULL OR audience = ?)" : "audience <> ?";
    const query = `SELECT names.* FROM names JOIN entries ON entries.id = names.entry WHERE name = ? AND ${isWanted} ORDER BY entry DESC LIMIT ?`;
    return this.sql.exec<NameRow>(query, name, principal, most).toArray().map(toName);
  }

  addName({ alias, entry, name, principal }: Name): void {
    this.put("names", name, entry, alias, principal);
  }

  aliasesOf(id: number): number {
    const query = "SELECT COUNT(*) AS count FROM names WHERE entry = ? AND alias IS NOT NULL";
    return this.sql.exec<{ count: number }>(query, id).one().count;
  }

  dropAliasesOf(id: number): void {
    this.sql.exec("DELETE FROM names WHERE entry = ? AND alias IS NOT NULL", id);
  }

  entriesAfter(id: number, most: number): readonly Entry[] {
    return this.sql.exec<EntryRow>("SELECT facts FROM entries WHERE id > ? ORDER BY id LIMIT ?", id, most).toArray().map(toEntry);
  }

  gone(now: number, most: number): readonly number[] {
    return this.#ids("gone <= ? ORDER BY gone LIMIT ?", now, most);
  }

  nextGone(): number | null {
    return this.sql.exec<{ next: number | null }>("SELECT MIN(gone) AS next FROM entries").one().next;
  }

  worst(most: number, principals: readonly string[]): readonly number[] {
    if (principals.length === 0) return this.#ids("TRUE ORDER BY rank LIMIT ?", most);
    return this.#ids("principal IN (SELECT value FROM json_each(?)) ORDER BY rank LIMIT ?", JSON.stringify(principals), most);
  }

  heavy(most: number): readonly string[] {
    const query = "SELECT principal FROM entries GROUP BY principal HAVING COUNT(*) > ?";
    return [...this.sql.exec<{ principal: string }>(query, most)].map(({ principal }) => principal);
  }

  broughtBy(principal: string): readonly number[] {
    return this.#ids("principal = ?", principal);
  }

  dropQuestionsOf(principal: string): void {
    for (const table of ["names", "refusals"]) this.sql.exec(`DELETE FROM ${table} WHERE principal = ?`, principal);
  }

  refuse({ at, entry, principal, question }: Refusal): void {
    this.put("refusals", entry, question, principal, at);
  }

  isRefused(entry: string, question: string): boolean {
    return this.sql.exec("SELECT 1 FROM refusals WHERE entry = ? AND question = ?", entry, question).toArray().length > 0;
  }

  epochs(): Epochs {
    this.#epochs ??= new Map(
      [...this.sql.exec<{ name: string; at: number }>("SELECT name, at FROM epochs")].map(({ at, name }) => [name, at]),
    );
    return this.#epochs;
  }

  saveEpoch(name: string, at: number): void {
    this.put("epochs", name, at);
    this.#epochs = null;
  }

  classes(): readonly SavedClass[] {
    return this.sql.exec<ClassRow>("SELECT * FROM classes").toArray().map(toClass);
  }

  class(scopeClass: string, embedder: string): SavedClass | null {
    const [row] = this.sql
      .exec<ClassRow>("SELECT * FROM classes WHERE class = ? AND embedder = ?", scopeClass, embedder)
      .toArray();
    return row === undefined ? null : toClass(row);
  }

  saveClass({ embedder, figures, judge, scopeClass, usedAt }: SavedClass): void {
    this.put("classes", scopeClass, embedder, judge, figures, usedAt);
  }

  forget(before: number): void {
    for (const from of ["refusals WHERE at", "epochs WHERE at", "classes WHERE used"])
      this.sql.exec(`DELETE FROM ${from} < ?`, before);
    const oldest = "SELECT at FROM refusals ORDER BY at DESC LIMIT 1 OFFSET ?";
    this.sql.exec(`DELETE FROM refusals WHERE at <= (${oldest})`, MOST_REFUSALS);
    this.sql.exec("DELETE FROM scopes WHERE number NOT IN (SELECT scope FROM pages)");
    this.#epochs = null;
  }

  #ids(where: string, ...values: readonly (string | number)[]): readonly number[] {
    return [...this.sql.exec<{ id: number }>(`SELECT id FROM entries WHERE ${where}`, ...values)].map(({ id }) => id);
  }

  #saveLast(): void {
    this.put("numbers", 0, this.#last ?? this.nextNumber());
  }

  /** What `totals` says follows what is written. */
  #count(entry: Entry | null, times: 1 | -1): void {
    if (entry === null || this.#totals === null) return;
    const { bytes, entries, vectorBytes } = this.#totals;
    this.#totals = {
      entries: entries + times,
      bytes: bytes + times * entry.bytes,
      vectorBytes: vectorBytes + times * entry.dimensions,
    };
  }
}

/** What this class has written. */
function toEntry({ facts }: EntryRow): Entry {
  return JSON.parse(facts) as Entry;
}

function toName({ alias, entry, name, principal }: NameRow): Name {
  return { name, entry, principal, alias: alias === null ? null : new Uint8Array(alias) };
}

function toClass({ class: scopeClass, embedder, figures, judge, used }: ClassRow): SavedClass {
  return { scopeClass, embedder, judge, figures, usedAt: used };
}
