import { EMPTY_CHAIN, sealEntry } from "../../../src/core/audit/audit-chain.ts";
import type { AuditDraft, AuditEntry } from "../../../src/core/audit/audit-entry.ts";

export const AT = 1_790_000_000_000;

export function auditDraft(differences: Partial<AuditDraft> = {}): AuditDraft {
  return {
    requestId: "request",
    actor: "alice",
    keyId: "4fGq81LmZt0x",
    action: "changeKills",
    resource: "POST /admin/api/kills",
    outcome: "done",
    code: null,
    input: '{"kind":"model","id":"default/chat","reason":"leaked"}',
    before: null,
    after: "a".repeat(64),
    ...differences,
  };
}

/** A chain of so many entries, a second apart. */
export async function auditChain(length: number): Promise<readonly AuditEntry[]> {
  const chain: AuditEntry[] = [];
  for (let index = 0; index < length; index += 1) {
    chain.push(
      await sealEntry(auditDraft({ requestId: `request-${index + 1}` }), chain.at(-1) ?? EMPTY_CHAIN, AT + index * 1_000),
    );
  }
  return chain;
}
