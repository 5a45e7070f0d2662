import { decodeClaimed, type IdempotencyQuestion } from "../../core/idempotency/decode-idempotency.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { IdempotencyStore, RecordKey } from "../../ports/idempotency-store.ts";
import type { ObjectNamespace } from "./objects.ts";

/** Sixteen objects per tenant, by the first digit of the key's digest; the runtime serialises the calls of each. */
export function createDurableIdempotencyStore(objects: ObjectNamespace): IdempotencyStore {
  const ask = ({ digest, tenant }: RecordKey, question: IdempotencyQuestion): Promise<unknown> =>
    objects.fetch(storageKey(tenant, "idempotency", digest.slice(0, 1)), "/ask", question);
  return {
    async claim(key, claim) {
      const claimed = decodeClaimed(await ask(key, { kind: "claim", key: key.digest, claim }));
      if (claimed === null) throw new Error("The store of keys did not answer as one does.");
      return claimed;
    },
    async renew(key, owner, leaseMs) {
      await ask(key, { kind: "renew", key: key.digest, owner, leaseMs });
    },
    async end(key, ending) {
      await ask(key, { kind: "end", key: key.digest, ending });
    },
  };
}
