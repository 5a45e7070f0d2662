import { ChainCheck, EMPTY_CHAIN, sealEntry } from "../../core/audit/audit-chain.ts";
import type { AuditEntry } from "../../core/audit/audit-entry.ts";
import type { AuditLog } from "../../ports/audit-log.ts";

/** A chain in one isolate, lost with it. */
export function createMemoryAuditLog(now: () => number): AuditLog {
  const entries: AuditEntry[] = [];
  let last: Promise<unknown> = Promise.resolve();
  return {
    append(draft) {
      const appended = last.then(async () => {
        const entry = await sealEntry(draft, entries.at(-1) ?? EMPTY_CHAIN, now());
        entries.push(entry);
        return entry;
      });
      last = appended;
      return appended;
    },
    page: async (after, limit) => entries.slice(after, after + limit),
    async verify(heads) {
      const check = new ChainCheck(heads);
      await check.follow(entries);
      return check.verdict();
    },
  };
}
