import { expect } from "vitest";
import { ChainCheck } from "../../src/core/audit/audit-chain.ts";
import type { AuditLog } from "../../src/ports/audit-log.ts";
import { auditDraft } from "../core/audit/audit-fixtures.ts";
import { type Fact, itHolds } from "./facts.ts";

/** An empty log. */
export type CreateAuditLog = () => AuditLog;

/** What every audit log keeps. */
export function auditLogContract(create: CreateAuditLog): void {
  itHolds(auditLogFacts, create);
}

export const auditLogFacts: readonly Fact<CreateAuditLog>[] = [
  {
    title: "keeps drafts whole, in the order in which they came, as a chain",
    check: async (create) => {
      const log = create();
      const drafts = ["1", "2", "3"].map((requestId) => auditDraft({ requestId, input: `{"id":"${requestId}\\n"}` }));
      for (const draft of drafts) expect(await log.append(draft)).toMatchObject(draft);
      const entries = await log.page(0, 10);
      expect(entries).toMatchObject(drafts.map((draft, index) => ({ ...draft, seq: index + 1 })));
      const check = new ChainCheck([]);
      expect(await check.follow(entries)).toBe(true);
    },
  },
  {
    title: "gives each of many at once a place of its own",
    check: async (create) => {
      const log = create();
      const appended = await Promise.all(
        Array.from({ length: 20 }, (_, index) => log.append(auditDraft({ requestId: `${index}` }))),
      );
      expect(new Set(appended.map(({ seq }) => seq)).size).toBe(20);
      expect(await log.verify([])).toMatchObject({ kind: "intact", entries: 20 });
    },
  },
  {
    title: "gives pages that follow one another",
    check: async (create) => {
      const log = create();
      for (const requestId of ["1", "2", "3", "4", "5"]) await log.append(auditDraft({ requestId }));
      const pages = [await log.page(0, 2), await log.page(2, 2), await log.page(4, 2), await log.page(5, 2)];
      expect(pages.map((page) => page.map(({ seq }) => seq))).toEqual([[1, 2], [3, 4], [5], []]);
    },
  },
  {
    title: "holds its chain against what was noted of it",
    check: async (create) => {
      const log = create();
      expect(await log.verify([])).toMatchObject({ kind: "intact", entries: 0 });
      const first = await log.append(auditDraft());
      const second = await log.append(auditDraft());
      expect(await log.verify([first, second])).toEqual({ kind: "intact", entries: 2, head: { seq: 2, hash: second.hash } });
      expect(await log.verify([{ seq: 2, hash: first.hash }])).toMatchObject({ kind: "broken", seq: 2 });
      expect(await log.verify([first, { seq: 3, hash: first.hash }])).toMatchObject({ kind: "broken", seq: 3 });
    },
  },
];
