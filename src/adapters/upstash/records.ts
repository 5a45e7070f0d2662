import { isRecord } from "../../core/json/is-record.ts";
import { decodePage, MOST_ROWS, type RowCursor, type RowPage, type RowQuery } from "../../core/ledger/row-page.ts";
import { UsageReport } from "../../core/ledger/usage-report.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { LedgerRecords } from "../../ports/ledger-records.ts";
import { ROWS_SCRIPT } from "./rows-script.ts";

/** What the books in Redis say of what was used: added up here, a thousand rows at a time, so that Redis is never kept busy. */
export function createUpstashRecords(redis: {
  eval(script: string, keys: string[], args: string[]): Promise<unknown>;
}): LedgerRecords {
  const rows = async (tenant: string, { after, from, limit, to }: RowQuery): Promise<RowPage> => {
    const said = await redis.eval(
      ROWS_SCRIPT,
      [`{${storageKey(tenant, "ledger")}}`],
      [from, to, limit, after?.start ?? "", after?.id ?? ""].map(String),
    );
    const page = decodePage(toPage(typeof said === "string" ? JSON.parse(said) : said));
    if (page === null) throw new Error("The ledger in Redis did not answer as a ledger does.");
    return page;
  };
  return {
    rows,
    async usage(tenant, query) {
      const report = new UsageReport(query);
      let after: RowCursor | null = null;
      do {
        const page: RowPage = await rows(tenant, { ...query, after, limit: MOST_ROWS });
        for (const row of page.rows) report.add(row);
        after = page.next;
      } while (after !== null);
      return report.groups;
    },
  };
}

/** The script keeps facts as text, and writes an empty list as an object. */
function toPage(said: unknown): unknown {
  if (!isRecord(said) || !Array.isArray(said["rows"])) return null;
  return { rows: said["rows"].filter(isRecord).map(({ id, row }) => toRow(id, row)), next: said["next"] };
}

function toRow(id: unknown, row: unknown): unknown {
  if (!isRecord(row)) return null;
  const { at, entries, facts, state } = row;
  return {
    id,
    at,
    state,
    entries: Array.isArray(entries) ? entries : [],
    facts: typeof facts === "string" ? JSON.parse(facts) : null,
  };
}
