import { expect } from "vitest";
import type { LedgerNote, LedgerQuestion } from "../../src/core/ledger/exchange.ts";
import type { LedgerStore } from "../../src/ports/ledger-records.ts";
import { account, charges, closing, MONTH, opening, wish } from "../core/ledger/accounts-of.ts";
import { factsOf } from "../core/ledger/rows-of.ts";
import { type Fact, itHolds } from "./facts.ts";

/** A store of books; where the clock is a real one, `wait` takes its time. */
export interface LedgerBackupRig {
  readonly store: LedgerStore;
  wait(ms: number): Promise<void>;
}

export type CreateLedgerBackup = () => LedgerBackupRig | Promise<LedgerBackupRig>;

/** What taking books out and putting them back keeps, whatever they are stored in. */
export function ledgerBackupContract(create: CreateLedgerBackup): void {
  itHolds(ledgerBackupFacts, create);
}

const LIMIT = account("x", { window: MONTH, limit: 1_000 });
const MONEY = account("money", { window: MONTH, meter: "microUsd", limit: 9_000_000_000_000 });
const PLACES = account("places", { meter: "concurrency", window: { kind: "now" }, limit: 3 });

export const ledgerBackupFacts: readonly Fact<CreateLedgerBackup>[] = [
  {
    title: "gives the same answers from books that were put back",
    check: async (create) => {
      const { fill, move, standing, tenant } = await open(create);
      await fill();
      const before = await standing(tenant);
      expect(before).toEqual([1_000 - 40 - 45, 9_000_000_000_000 - 8_000_000_000_001, 2]);
      const restored = await move();
      expect(await standing(restored)).toEqual(before);
    },
  },
  {
    title: "goes on where it was: what was under way is settled, or expires, and what had expired is corrected",
    check: async (create) => {
      const { fill, move, standing, tell, wait } = await open(create);
      await fill({ leaseMs: 800 });
      const restored = await move();
      await tell(restored, { kind: "settled", closing: closing("lost", 60) });
      expect(await standing(restored)).toEqual([1_000 - 40 - 45 - 60, expect.any(Number), 2]);
      await wait(900);
      expect(await standing(restored)).toEqual([1_000 - 5 - 45 - 60, expect.any(Number), 3]);
      await tell(restored, { kind: "settled", closing: closing("open", 7) });
      expect(await standing(restored)).toEqual([1_000 - 7 - 45 - 60, expect.any(Number), 3]);
    },
  },
  {
    title: "knows after it was put back what had ended, and charges it no second time",
    check: async (create) => {
      const { fill, move, rows, standing, tell, tenant } = await open(create);
      await fill();
      const restored = await move();
      expect(await rows(restored)).toEqual(await rows(tenant));
      await tell(restored, { kind: "settled", closing: closing("done", 45, { charges: charges(45, LIMIT) }) });
      expect((await standing(restored))[0]).toBe(1_000 - 40 - 45);
    },
  },
  {
    title: "lets go of slices: nobody spends from them any more",
    check: async (create) => {
      const { move, standing, store, tenant } = await open(create);
      await store.exchange(tenant, ask({ slice: { ...wish("s", charges(200, LIMIT)), leaseMs: 60_000 } }));
      expect((await standing(await move()))[0]).toBe(1_000);
    },
  },
  {
    title: "does not overwrite what is there unless it is told to, and then all of it",
    check: async (create) => {
      const { fill, rows, standing, store, tell, tenant } = await open(create);
      await fill();
      const { leases, pieces } = await store.state(tenant);
      const part = { leases, pieces, rows: await rows(tenant) };
      const other = `${tenant}-other`;
      await tell(other, { kind: "settled", closing: closing("its own", 9, { charges: charges(9, LIMIT) }) });
      expect(await store.restore(other, { ...part, begin: "empty" })).toEqual({ kind: "not_empty" });
      expect((await standing(other))[0]).toBe(991);
      expect(await store.restore(other, { ...part, begin: "replace" })).toEqual({ kind: "restored" });
      expect(await standing(other)).toEqual(await standing(tenant));
      expect((await rows(other)).map(({ id }) => id)).not.toContain("its own");
    },
  },
  {
    title: "takes books back in parts, each of which counts once",
    check: async (create) => {
      const { fill, rows, standing, store, tenant } = await open(create);
      await fill();
      const { leases, pieces } = await store.state(tenant);
      const other = `${tenant}-parts`;
      const nothing = { leases: [], pieces: [], rows: [] };
      await store.restore(other, { ...nothing, pieces, begin: "empty" });
      for (let time = 0; time < 2; time += 1) {
        await store.restore(other, { ...nothing, leases, begin: "no" });
        await store.restore(other, { ...nothing, rows: await rows(tenant), begin: "no" });
      }
      expect(await standing(other)).toEqual(await standing(tenant));
    },
  },
];

function ask(detail: Partial<LedgerQuestion>): LedgerQuestion {
  return { isolate: "isolate", notes: [], admit: [], slice: null, ...detail };
}

let tenants = 0;

async function open(create: CreateLedgerBackup) {
  const { store, wait } = await create();
  tenants += 1;
  const tenant = `kept-${tenants}`;
  const tell = (of: string, ...notes: readonly LedgerNote[]) => store.exchange(of, ask({ notes }));
  const rows = async (of: string) => (await store.rows(of, { from: 0, to: 1e15, after: null, limit: 1_000 })).rows;
  return {
    store,
    tenant,
    wait,
    tell,
    rows,
    /** One that has ended, one that was lost and expired, one under way. */
    fill: async ({ leaseMs = 60_000 }: { readonly leaseMs?: number } = {}): Promise<void> => {
      const lost = opening("lost", [{ account: LIMIT, amount: 90, floor: 0 }], { leaseMs: 1 });
      await store.exchange(tenant, ask({ admit: [lost] }));
      await wait(20);
      const done = closing("done", 45, {
        charges: [...charges(45, LIMIT), ...charges(1, MONEY)],
        used: { requests: 1, tokens: 45, microUsd: 8_000_000_000_001 },
        facts: factsOf({ at: Date.now() }),
      });
      await tell(tenant, { kind: "settled", closing: done });
      const held = [{ account: LIMIT, amount: 40, floor: 5 }, ...charges(1, PLACES)];
      await store.exchange(tenant, ask({ admit: [opening("open", held, { leaseMs, facts: { at: 5 } })] }));
    },
    /** Into other books; their name. */
    move: async (): Promise<string> => {
      const { leases, pieces } = await store.state(tenant);
      const restored = `${tenant}-restored`;
      expect(await store.restore(restored, { begin: "empty", leases, pieces, rows: await rows(tenant) })).toEqual({
        kind: "restored",
      });
      return restored;
    },
    /** What is left of each account. */
    standing: async (of: string): Promise<readonly number[]> => {
      const looks = [LIMIT, MONEY, PLACES].map((each) =>
        opening(`look-${crypto.randomUUID()}`, charges(0, each), { leaseMs: 60_000 }),
      );
      const { admissions } = await store.exchange(of, ask({ admit: looks }));
      return admissions.map(({ standings }) => standings[0]?.remaining ?? -1);
    },
  };
}
