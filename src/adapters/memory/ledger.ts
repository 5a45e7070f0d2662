import { Book } from "../../core/ledger/book.ts";
import { exchange } from "../../core/ledger/exchange.ts";
import { MemoryBookStore } from "../../core/ledger/memory-book-store.ts";
import { restoreInto } from "../../core/ledger/restore.ts";
import { compareRows, isAsked, toPage } from "../../core/ledger/row-page.ts";
import { UsageReport } from "../../core/ledger/usage-report.ts";
import type { LedgerStore } from "../../ports/ledger-records.ts";

/** Books in memory, by a clock of the caller's choice (epoch milliseconds); `storeOf` shows a tenant's. */
export function createMemoryLedger(now: () => number): LedgerStore & { storeOf(tenant: string): MemoryBookStore } {
  const tenants = new Map<string, { readonly book: Book; readonly store: MemoryBookStore }>();
  const open = (tenant: string, store: MemoryBookStore) => {
    const opened = { store, book: new Book(store) };
    tenants.set(tenant, opened);
    return opened;
  };
  const of = (tenant: string) => tenants.get(tenant) ?? open(tenant, new MemoryBookStore());
  return {
    exchange: async (tenant, question) => exchange(of(tenant).book, question, now()),
    storeOf: (tenant) => of(tenant).store,
    async rows(tenant, query) {
      const rows = of(tenant)
        .store.rows()
        .filter((row) => isAsked(row, query));
      return toPage(rows.toSorted(compareRows), query.limit);
    },
    async usage(tenant, query) {
      const report = new UsageReport(query);
      for (const row of of(tenant).store.rows()) if (isAsked(row, { ...query, after: null })) report.add(row);
      return report.groups;
    },
    state: async (tenant) => of(tenant).store.state(now()),
    async restore(tenant, part) {
      const { store } = of(tenant);
      if (part.begin === "empty" && !store.isEmpty) return { kind: "not_empty" };
      const restored = part.begin === "replace" ? new MemoryBookStore() : store;
      restoreInto(restored, part);
      open(tenant, restored);
      return { kind: "restored" };
    },
  };
}
