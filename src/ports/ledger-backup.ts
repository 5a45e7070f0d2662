import type { LedgerState, Restored, RestorePart } from "../core/ledger/backup.ts";

/** A tenant's books, taken out and put back. Rows are taken out by `LedgerRecords`. Rejects when the store fails. */
export interface LedgerBackup {
  /** As they stand at one moment. */
  state(tenant: string): Promise<LedgerState>;
  /** Carried out whole or not at all; a part that is put back twice counts once. Restored books answer as the saved ones did. */
  restore(tenant: string, part: RestorePart): Promise<Restored>;
}
