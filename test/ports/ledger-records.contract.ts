import { expect } from "vitest";
import type { LedgerNote, LedgerQuestion } from "../../src/core/ledger/exchange.ts";
import type { RowCursor, RowQuery } from "../../src/core/ledger/row-page.ts";
import type { Dimension } from "../../src/core/ledger/usage-report.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import type { LedgerRecords } from "../../src/ports/ledger-records.ts";
import { account, charges, closing, MONTH, opening } from "../core/ledger/accounts-of.ts";
import { factsOf, usageOf } from "../core/ledger/rows-of.ts";
import { type Fact, itHolds } from "./facts.ts";

/** Books, and what can be looked up in them; where the clock is a real one, `wait` takes its time. */
export interface LedgerRecordsRig {
  readonly ledger: Ledger;
  readonly records: LedgerRecords;
  wait(ms: number): Promise<void>;
}

export type CreateLedgerRecords = () => LedgerRecordsRig | Promise<LedgerRecordsRig>;

/** What can be looked up in books, whatever they are stored in. */
export function ledgerRecordsContract(create: CreateLedgerRecords): void {
  itHolds(ledgerRecordsFacts, create);
}

/** Requests came in then; rows are written later. */
const CAME = Date.now() - 3_600_000;

export const ledgerRecordsFacts: readonly Fact<CreateLedgerRecords>[] = [
  {
    title: "gives rows as they were written, in the order in which their requests came in",
    check: async (create) => {
      const { rows, tell } = await open(create);
      const limit = account("x", { window: MONTH });
      await tell(settled("second", { at: CAME + 1 }), {
        kind: "settled",
        closing: closing("first", 9, { charges: charges(10, limit), facts: factsOf({ at: CAME }) }),
      });
      await tell({ kind: "refused", id: "third", facts: factsOf({ at: CAME + 1 }) });
      const all = await rows();
      expect(all.map(({ id, state }) => [id, state])).toEqual([
        ["first", "settled"],
        ["second", "settled"],
        ["third", "refused"],
      ]);
      expect(all[0]).toMatchObject({ facts: factsOf({ at: CAME }), entries: [{ key: limit.key, meter: "tokens", amount: 9 }] });
      expect(Math.abs((all[0]?.at ?? 0) - Date.now())).toBeLessThan(CLOCKS_APART_MS);
    },
  },
  {
    title: "gives every row once, page by page, also of requests that came in at the same time",
    check: async (create) => {
      const { page, tell } = await open(create);
      await tell(...Array.from({ length: 23 }, (_, index) => settled(`r${index}`, { at: CAME + (index % 3) })));
      const seen: string[] = [];
      let after: RowCursor | null = null;
      do {
        const { next, rows } = await page({ after, limit: 4 });
        expect(rows.length).toBeLessThanOrEqual(4);
        seen.push(...rows.map(({ id }) => id));
        // A store whose pages never end must not keep the suite.
        expect(seen.length).toBeLessThanOrEqual(23);
        after = next;
      } while (after !== null);
      expect(seen).toHaveLength(23);
      expect(new Set(seen).size).toBe(23);
    },
  },
  {
    title: "leaves out what came in before the time asked for, or from its end on",
    check: async (create) => {
      const { groups, rows, tell } = await open(create);
      await tell(...[0, 1, 2, 3].map((ms) => settled(`r${ms}`, { at: CAME + ms })));
      expect((await rows({ from: CAME + 1, to: CAME + 3 })).map(({ id }) => id)).toEqual(["r1", "r2"]);
      expect(await groups(["model"], { from: CAME + 1, to: CAME + 3 })).toMatchObject({ fast: { requests: 2 } });
      expect(await groups(["model"], { from: 0, to: CAME })).toEqual({});
    },
  },
  {
    title: "changes a row in its place when what was charged is corrected",
    check: async (create) => {
      const { ledger, rows, tell, tenant, wait } = await open(create);
      const limit = account("x", { window: MONTH });
      const lost = opening("lost", [{ account: limit, amount: 90, floor: 30 }], { leaseMs: 200, facts: factsOf({ at: CAME }) });
      await ledger.exchange(tenant, ask({ admit: [lost] }));
      await wait(300);
      await tell(settled("later", { at: CAME + 5 }));
      expect((await rows()).map(({ id, state }) => [id, state])).toEqual([
        ["lost", "expired"],
        ["later", "settled"],
      ]);
      await tell({ kind: "settled", closing: closing("lost", 45, { facts: factsOf({ at: CAME, outcome: "failed" }) }) });
      const [corrected] = await rows();
      expect(corrected).toMatchObject({
        id: "lost",
        state: "corrected",
        facts: { outcome: "failed" },
        entries: [{ amount: 45 }],
      });
    },
  },
  {
    title: "adds up what was used, by several things at once",
    check: async (create) => {
      const { groups, tell } = await open(create);
      const attempts = [{ target: "pool/llama", outcome: "ok", usage: usageOf(3, 2, { estimated: true }), costMicroUsd: null }];
      await tell(settled("a"), settled("b"), settled("c", { keyId: "key-2" }), settled("d", { attempts }));
      await tell({ kind: "refused", id: "e", facts: factsOf({ keyId: "key-2" }) });
      expect(await groups(["key", "provider"])).toMatchObject({
        "key-1|openai": { requests: 2, inputTokens: 20, outputTokens: 10, costMicroUsd: 14, unchargedCostMicroUsd: 0 },
        "key-1|pool": { requests: 1, inputTokens: 3, outputTokens: 2, estimatedTokens: 5, unpricedTokens: 5, costMicroUsd: 0 },
        "key-2|openai": { requests: 2, refused: 1, costMicroUsd: 14, unchargedCostMicroUsd: 7 },
      });
      expect(await groups(["tag:department"])).toMatchObject({ finance: { requests: 5 } });
    },
  },
  {
    title: "adds up more rows than one look takes",
    check: async (create) => {
      const { groups, tell } = await open(create);
      for (let part = 0; part < 3; part += 1)
        await tell(...Array.from({ length: 900 }, (_, index) => settled(`${part}-${index}`, { at: CAME + index })));
      expect(await groups(["model"])).toMatchObject({ fast: { requests: 2_700, costMicroUsd: 2_700 * 7 } });
    },
  },
  {
    title: "knows of a tenant what it was told of it, and of no other",
    check: async (create) => {
      const { records, tell } = await open(create);
      await tell(settled("a"));
      expect(await records.rows("nobody", { from: 0, to: CAME * 2, after: null, limit: 10 })).toEqual({ rows: [], next: null });
      expect(await records.usage("nobody", { from: 0, to: CAME * 2, by: ["day"], timeZone: "UTC" })).toEqual([]);
    },
  },
];

/** A rig's clock may be set to another time than this machine's; it is no measure of anything. */
const CLOCKS_APART_MS = 10 * 365 * 86_400_000;

function settled(id: string, facts: object = {}): LedgerNote {
  return { kind: "settled", closing: closing(id, 15, { charges: [], facts: factsOf({ at: CAME, ...facts }) }) };
}

function ask(detail: Partial<LedgerQuestion>): LedgerQuestion {
  return { isolate: "isolate", notes: [], admit: [], slice: null, ...detail };
}

let tenants = 0;

async function open(create: CreateLedgerRecords) {
  const { ledger, records, wait } = await create();
  tenants += 1;
  const tenant = `recorded-${tenants}`;
  const all: RowQuery = { from: 0, to: CAME * 2, after: null, limit: 1_000 };
  return {
    ledger,
    records,
    tenant,
    wait,
    tell: (...notes: readonly LedgerNote[]) => ledger.exchange(tenant, ask({ notes })),
    page: (detail: Partial<RowQuery>) => records.rows(tenant, { ...all, ...detail }),
    rows: async (detail: Partial<RowQuery> = {}) => (await records.rows(tenant, { ...all, ...detail })).rows,
    groups: async (by: readonly Dimension[], { from, to }: Pick<RowQuery, "from" | "to"> = all) => {
      const groups = await records.usage(tenant, { from, to, by, timeZone: "UTC" });
      return Object.fromEntries(groups.map(({ group, totals }) => [group.join("|"), totals] as const));
    },
  };
}
