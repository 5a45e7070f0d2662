import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { BookBuffer } from "../../../src/adapters/durable-object/book-buffer.ts";
import { BookTables } from "../../../src/adapters/durable-object/book-tables.ts";
import { Book } from "../../../src/core/ledger/book.ts";
import type { BookStore } from "../../../src/core/ledger/book-store.ts";
import { account, charges, closing, MONTH, NOW, opening } from "../../core/ledger/accounts-of.ts";
import { factsOf } from "../../core/ledger/rows-of.ts";
import { BookTables as EarlierBookTables } from "../../workerd/earlier/book-tables-1.ts";

const LIMIT = account("x", { window: MONTH, limit: 1_000 });
const ALL = { from: 0, to: NOW * 2, after: null, limit: 100 };

/** Over a database in which there is nothing yet. */
function inDatabase(name: string, check: (sql: SqlStorage) => void): Promise<void> {
  return runInDurableObject(env.USAGE_LOG.getByName(name), (_, state) => check(state.storage.sql));
}

function settle(store: BookStore, id: string, at: number): void {
  new Book(store).settle(closing(id, 30, { charges: charges(30, LIMIT), facts: factsOf({ at }) }), NOW);
}

/** The same with what this version writes. */
function settleNow(sql: SqlStorage, id: string, at: number): void {
  const buffer = new BookBuffer(new BookTables(sql));
  settle(buffer, id, at);
  buffer.write();
}

const remaining = (store: BookStore): number | undefined => new Book(store).standings(charges(0, LIMIT), NOW)[0]?.remaining;

describe("the ledger's database", () => {
  it("of the version before is opened as it is: what it holds is known, and its rows are found by time", () =>
    inDatabase("upgrade", (sql) => {
      const earlier = new EarlierBookTables(sql);
      settle(earlier, "ended", NOW - 5_000);
      new Book(earlier).admit(opening("open", charges(200, LIMIT)), NOW);

      const tables = new BookTables(sql);
      const buffer = new BookBuffer(tables);
      expect(remaining(buffer)).toBe(770);
      expect(tables.rows(ALL).map(({ id }) => id)).toEqual(["ended"]);
      expect(tables.rows({ ...ALL, from: NOW - 5_000, to: NOW - 4_999 })).toHaveLength(1);
      new Book(buffer).settle(closing("open", 50), NOW);
      expect(remaining(buffer)).toBe(920);
    }));

  it("is read and written by the version before as well, and by this one again", () =>
    inDatabase("rollback", (sql) => {
      settleNow(sql, "new", NOW - 2_000);

      const earlier = new EarlierBookTables(sql);
      expect(remaining(earlier)).toBe(970);
      settle(earlier, "new", NOW);
      settle(earlier, "rolled back", NOW - 3_000);
      expect(remaining(earlier)).toBe(940);

      const tables = new BookTables(sql);
      expect(remaining(new BookBuffer(tables))).toBe(940);
      expect(tables.rows(ALL).map(({ id }) => id)).toEqual(["rolled back", "new"]);
    }));

  it("finds rows by an index, however many there are", () =>
    inDatabase("index", (sql) => {
      settleNow(sql, "a", NOW);
      const plan = [...sql.exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${BookTables.ROWS}`, 0, "", 0, NOW, 10)];
      expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining("USING INDEX rows_by_start")]);
    }));
});
