import { decodeLedgerState, type Restored } from "../../core/ledger/backup.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { encodeQuestion } from "../../core/ledger/encode-exchange.ts";
import { decodeAnswer } from "../../core/ledger/decode-exchange.ts";
import { decodePage, type RowCursor } from "../../core/ledger/row-page.ts";
import { decodeUsagePage, type UsagePageQuery } from "../../core/ledger/usage-page.ts";
import { UsageReport } from "../../core/ledger/usage-report.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { LedgerStore } from "../../ports/ledger-records.ts";
import type { ObjectNamespace } from "./objects.ts";

/** One object per tenant: the runtime serialises its calls, which is what makes an admission atomic. */
export function createDurableLedger(objects: ObjectNamespace): LedgerStore {
  /** @throws Error where the object says something else than `decode` reads */
  const ask = async <Answer>(
    tenant: string,
    { body, path }: Call,
    decode: (value: unknown) => Answer | null,
  ): Promise<Answer> => {
    const answer = decode(await objects.fetch(storageKey(tenant, "ledger"), path, body));
    if (answer === null) throw new Error("The ledger did not answer as a ledger does.");
    return answer;
  };
  return {
    exchange: (tenant, question) => ask(tenant, { path: "/exchange", body: encodeQuestion(question) }, decodeAnswer),
    rows: (tenant, query) => ask(tenant, { path: "/rows", body: query }, decodePage),
    async usage(tenant, query) {
      const report = new UsageReport(query);
      let after: RowCursor | null = null;
      do {
        const body: UsagePageQuery = { query, after };
        const { groups, next } = await ask(tenant, { path: "/usage", body }, decodeUsagePage);
        report.merge(groups);
        after = next;
      } while (after !== null);
      return report.groups;
    },
    state: (tenant) => ask(tenant, { path: "/state", body: undefined }, decodeLedgerState),
    restore: (tenant, part) => ask(tenant, { path: "/restore", body: part }, decodeRestored),
  };
}

function decodeRestored(value: unknown): Restored | null {
  const kind = isRecord(value) ? value["kind"] : null;
  return kind === "restored" || kind === "not_empty" ? { kind } : null;
}

interface Call {
  readonly path: string;
  readonly body: unknown;
}
