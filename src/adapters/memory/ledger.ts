import { Book } from "../../core/ledger/book.ts";
import { exchange } from "../../core/ledger/exchange.ts";
import type { Ledger } from "../../ports/ledger.ts";
import { MemoryBookStore } from "../../core/ledger/memory-book-store.ts";

/** Books in memory, by a clock of the caller's choice (epoch milliseconds); `storeOf` shows a tenant's. */
export function createMemoryLedger(now: () => number): Ledger & { storeOf(tenant: string): MemoryBookStore } {
  const tenants = new Map<string, { readonly book: Book; readonly store: MemoryBookStore }>();
  const of = (tenant: string) => {
    const known = tenants.get(tenant);
    if (known !== undefined) return known;
    const store = new MemoryBookStore();
    const opened = { store, book: new Book(store) };
    tenants.set(tenant, opened);
    return opened;
  };
  return {
    exchange: async (tenant, question) => exchange(of(tenant).book, question, now()),
    storeOf: (tenant) => of(tenant).store,
  };
}
