import { decodeAnswer } from "../../core/ledger/decode-exchange.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { Ledger } from "../../ports/ledger.ts";
import type { ObjectNamespace } from "./objects.ts";

/** One object per tenant: the runtime serialises its calls, which is what makes an admission atomic. */
export function createDurableLedger(objects: ObjectNamespace): Ledger {
  return {
    async exchange(tenant, question) {
      const answer = decodeAnswer(await objects.fetch(storageKey(tenant, "ledger"), "/exchange", question));
      if (answer === null) throw new Error("The ledger did not answer as a ledger does.");
      return answer;
    },
  };
}
