import type { RowPage, RowQuery } from "../core/ledger/row-page.ts";
import type { UsageGroup, UsageQuery } from "../core/ledger/usage-report.ts";
import type { LedgerBackup } from "./ledger-backup.ts";
import type { Ledger } from "./ledger.ts";

/**
 * What the books of a tenant say of what was used. Rows are there as long as the store keeps them, 40 days; one of which news
 * comes late changes in its place. Rejects when the store fails; `usage` also with `UsageQueryError`.
 */
export interface LedgerRecords {
  rows(tenant: string, query: RowQuery): Promise<RowPage>;
  /** Groups in the order of their values; none where nothing was used. */
  usage(tenant: string, query: UsageQuery): Promise<readonly UsageGroup[]>;
}

/** All that a store of books answers. */
export type LedgerStore = Ledger & LedgerRecords & LedgerBackup;
