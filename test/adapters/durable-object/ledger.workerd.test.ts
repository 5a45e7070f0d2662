import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { BookBuffer } from "../../../src/adapters/durable-object/book-buffer.ts";
import { BookTables } from "../../../src/adapters/durable-object/book-tables.ts";
import { createDurableLedger } from "../../../src/adapters/durable-object/ledger.ts";
import { createObjectNamespace } from "../../../src/adapters/durable-object/objects.ts";
import { Book } from "../../../src/core/ledger/book.ts";
import { storageKey } from "../../../src/core/storage-key.ts";
import { account, charges, MONTH, opening } from "../../core/ledger/accounts-of.ts";
import { ledgerContract } from "../../ports/ledger.contract.ts";
import { ledgerBackupContract } from "../../ports/ledger-backup.contract.ts";
import { ledgerRecordsContract } from "../../ports/ledger-records.contract.ts";

const ledger = createDurableLedger(createObjectNamespace(env.TENANT_LEDGER));
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms + 20));
const limit = account("x", { window: MONTH });
const ask = (id: string, amount: number, leaseMs = 60_000) => ({
  isolate: "isolate",
  notes: [],
  slice: null,
  admit: [opening(id, charges(amount, limit), { leaseMs })],
});

const rowAt = (id: string, daysAgo: number) => ({
  id,
  at: Date.now() - daysAgo * 86_400_000,
  state: "settled" as const,
  entries: [],
  facts: null,
});

describe("durable ledger", () => {
  ledgerContract(() => ({ ledger, wait }), { slices: true });
  ledgerRecordsContract(() => ({ ledger, records: ledger, wait }));
  ledgerBackupContract(() => ({ store: ledger, wait }));

  it("looks after what nobody settles when nobody calls any more", async () => {
    await ledger.exchange("forgotten", ask("lost", 40, 50));
    const stub = env.TENANT_LEDGER.getByName(storageKey("forgotten", "ledger"));
    await wait(100);
    await runDurableObjectAlarm(stub);
    const leases = await runInDurableObject(stub, (_, state) => [...state.storage.sql.exec("SELECT * FROM leases")].length);
    const rows = await runInDurableObject(stub, (_, state) => [...state.storage.sql.exec("SELECT state FROM rows")]);
    expect(leases).toBe(0);
    expect(rows).toEqual([{ state: "expired" }]);
  });

  it("knows after a restart what it knew", async () => {
    await ledger.exchange("restarted", ask("held", 40));
    const stub = env.TENANT_LEDGER.getByName(storageKey("restarted", "ledger"));
    const admitAnew = (amount: number) =>
      runInDurableObject(stub, (_, state) =>
        new Book(new BookBuffer(new BookTables(state.storage.sql))).admit(
          opening(`n${amount}`, charges(amount, limit)),
          Date.now(),
        ),
      );
    expect(await admitAnew(61)).toMatchObject({ kind: "denied" });
    expect(await admitAnew(60)).toMatchObject({ kind: "granted" });
  });

  it("forgets rows after forty days", async () => {
    await ledger.exchange("aged", ask("new", 1, 50));
    const stub = env.TENANT_LEDGER.getByName(storageKey("aged", "ledger"));
    await runInDurableObject(stub, (_, state) =>
      new BookTables(state.storage.sql).saveRows([rowAt("old", 41), rowAt("recent", 39)]),
    );
    await wait(100);
    await runDurableObjectAlarm(stub);
    const ids = await runInDurableObject(stub, (_, state) =>
      [...state.storage.sql.exec<{ id: string }>("SELECT id FROM rows ORDER BY id")].map(({ id }) => id),
    );
    expect(ids).toEqual(["new", "recent"]);
  });

  it.each([null, {}, { isolate: "i", notes: [{ kind: "settled" }], admit: [], slice: null }])(
    "refuses what is no question: %j",
    async (body) => {
      const stub = env.TENANT_LEDGER.getByName(storageKey("garbage", "ledger"));
      const response = await stub.fetch("http://object/exchange", { method: "POST", body: JSON.stringify(body) });
      expect(response.status).toBe(400);
      await response.text();
    },
  );
});
