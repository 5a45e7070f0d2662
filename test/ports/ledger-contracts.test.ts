import { expect, it } from "vitest";
import { createMemoryLedger } from "../../src/adapters/memory/ledger.ts";
import type { LedgerStore } from "../../src/ports/ledger-records.ts";
import { brokenFacts } from "./facts.ts";
import { ledgerBackupFacts, type LedgerBackupRig } from "./ledger-backup.contract.ts";
import { ledgerRecordsFacts, type LedgerRecordsRig } from "./ledger-records.contract.ts";

/** Each is a working store with one promise broken. */
const ledgerStores: Readonly<Record<string, (store: LedgerStore) => LedgerStore>> = {
  "gives rows in no order": (store) => ({
    ...store,
    rows: async (tenant, query) => {
      const { next, rows } = await store.rows(tenant, query);
      return { rows: rows.toReversed(), next };
    },
  }),
  "forgets where a page ended": (store) => ({ ...store, rows: (tenant, query) => store.rows(tenant, { ...query, after: null }) }),
  "gives one page": (store) => ({
    ...store,
    rows: async (tenant, query) => ({ ...(await store.rows(tenant, query)), next: null }),
  }),
  "ignores the end of the time asked for": (store) => ({
    ...store,
    rows: (tenant, query) => store.rows(tenant, { ...query, to: 1e15 }),
    usage: (tenant, query) => store.usage(tenant, { ...query, to: 1e15 }),
  }),
  "adds up one thing at a time": (store) => ({
    ...store,
    usage: (tenant, query) => store.usage(tenant, { ...query, by: query.by.slice(0, 1) }),
  }),
  "mixes tenants up": (store) => ({
    exchange: (_, question) => store.exchange("one", question),
    rows: (_, query) => store.rows("one", query),
    usage: (_, query) => store.usage("one", query),
    state: () => store.state("one"),
    restore: (_, part) => store.restore("one", part),
  }),
  "saves no leases": (store) => ({ ...store, state: async (tenant) => ({ ...(await store.state(tenant)), leases: [] }) }),
  "saves slices": (store) => ({
    ...store,
    state: async (tenant) => {
      const { pieces, ...state } = await store.state(tenant);
      return { ...state, pieces: pieces.map((piece) => ({ ...piece, reserved: piece.reserved + 1 })) };
    },
  }),
  "restores no rows": (store) => ({ ...store, restore: (tenant, part) => store.restore(tenant, { ...part, rows: [] }) }),
  "overwrites unasked": (store) => ({
    ...store,
    restore: (tenant, part) => store.restore(tenant, { ...part, begin: part.begin === "empty" ? "replace" : part.begin }),
  }),
  "adds to what it should replace": (store) => ({
    ...store,
    restore: (tenant, part) => store.restore(tenant, { ...part, begin: "no" }),
  }),
};

function ledgerStoreRig(mutate: (store: LedgerStore) => LedgerStore): LedgerRecordsRig & LedgerBackupRig {
  let now = Date.now();
  const store = mutate(createMemoryLedger(() => now));
  const wait = async (ms: number): Promise<void> => {
    now += ms + 10;
  };
  return { ledger: store, records: store, store, wait };
}

it.each(Object.entries(ledgerStores))("notice books of which the store %s", async (_, mutate) => {
  const rig = () => ledgerStoreRig(mutate);
  expect([...(await brokenFacts(ledgerRecordsFacts, rig)), ...(await brokenFacts(ledgerBackupFacts, rig))]).not.toEqual([]);
});
