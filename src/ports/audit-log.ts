import type { AuditDraft, AuditEntry, AuditHead, AuditVerdict } from "../core/audit/audit-entry.ts";

/**
 * What administrators did, in a chain that nothing is ever taken out of. Every method rejects, and never guesses, when the store cannot be
 * reached.
 */
export interface AuditLog {
  /** Resolves once the entry is kept, and with it. Of two at once one follows the other. */
  append(draft: AuditDraft): Promise<AuditEntry>;
  /** Entries after that number, in order, at most `limit` (1 to 1,000). */
  page(after: number, limit: number): Promise<readonly AuditEntry[]>;
  /** Follows the whole chain, and compares it with what was noted of it elsewhere. */
  verify(heads: readonly AuditHead[]): Promise<AuditVerdict>;
}
