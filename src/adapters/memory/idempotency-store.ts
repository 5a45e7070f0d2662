import type { IdempotencyRecord } from "../../core/idempotency/idempotency-record.ts";
import { RecordBook } from "../../core/idempotency/record-book.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { IdempotencyStore, RecordKey } from "../../ports/idempotency-store.ts";

/** Records in memory, by a clock of the caller's choice (epoch milliseconds); what has expired goes when its key is used again. */
export function createMemoryIdempotencyStore(now: () => number): IdempotencyStore {
  const records = new Map<string, IdempotencyRecord>();
  const book = new RecordBook({
    read: (key) => records.get(key) ?? null,
    write: (key, record) => void records.set(key, record),
    drop: (key) => void records.delete(key),
  });
  return {
    claim: async (key, claim) => book.claim(nameOf(key), claim, now()),
    renew: async (key, owner, leaseMs) => book.renew(nameOf(key), owner, now() + leaseMs),
    end: async (key, ending) => book.end(nameOf(key), ending, now()),
  };
}

function nameOf({ digest, tenant }: RecordKey): string {
  return storageKey(tenant, "idempotency", digest);
}
