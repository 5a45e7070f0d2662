import { expect } from "vitest";
import type { Account, Charge } from "../../src/core/ledger/account.ts";
import type { Admission, Opening } from "../../src/core/ledger/book.ts";
import type { LedgerNote, LedgerQuestion } from "../../src/core/ledger/exchange.ts";
import type { Standing } from "../../src/core/ledger/tally.ts";
import type { Ledger } from "../../src/ports/ledger.ts";
import { account, charges, closing, opening, wish } from "../core/ledger/accounts-of.ts";
import { type Fact, itHolds } from "./facts.ts";

/** A ledger and its clock: where the clock is a real one, `wait` takes its time. */
export interface LedgerRig {
  readonly ledger: Ledger;
  /** Lets so many milliseconds pass, and a little more. */
  wait(ms: number): Promise<void>;
}

export type CreateLedger = () => LedgerRig | Promise<LedgerRig>;

/** What every ledger keeps, whatever it is stored in. `slices`: it lets isolates spend by themselves. */
export function ledgerContract(create: CreateLedger, { slices }: { readonly slices: boolean }): void {
  itHolds(slices ? [...ledgerFacts, ...sliceFacts] : ledgerFacts, create);
}

/** Short, so that a real clock can pass it. */
const WINDOW_MS = 1_000;
const SECOND = { kind: "sliding", ms: WINDOW_MS } as const;
const MONTH = { kind: "calendar", unit: "month", timeZone: "Europe/Berlin" } as const;
const LONG: Partial<Account> = { window: MONTH };

export const ledgerFacts: readonly Fact<CreateLedger>[] = [
  {
    title: "grants what fits and says what is left",
    check: async (create) => {
      const { admit } = await open(create);
      const [small, large] = [account("small", LONG), account("large", { ...LONG, limit: 1_000 })];
      expect(remainders(await admit("a", charges(30, small, large)))).toEqual([70, 970]);
      expect(remainders(await admit("b", charges(70, small, large)))).toEqual([0, 900]);
    },
  },
  {
    title: "denies what does not fit, and debits nothing for it",
    check: async (create) => {
      const { admit } = await open(create);
      const [roomy, tight] = [account("roomy", LONG), account("tight", { ...LONG, limit: 10 })];
      await admit("a", charges(9, roomy, tight));
      for (const order of [[roomy, tight] as const, [tight, roomy] as const]) {
        const denied = await admit("b", charges(2, ...order));
        expect(denied).toMatchObject({ kind: "denied", key: tight.key });
        expect(
          denied.standings
            .map(({ key, remaining }) => [key, remaining] as const)
            .toSorted(([left], [right]) => (left < right ? -1 : 1)),
        ).toEqual([
          [roomy.key, 91],
          [tight.key, 1],
        ]);
      }
    },
  },
  {
    title: "says that what is larger than a limit never fits",
    check: async (create) => {
      const { admit } = await open(create);
      expect(await admit("a", charges(101, account("x", LONG)))).toMatchObject({ kind: "denied", waitMs: null });
    },
  },
  {
    title: "says how long to wait for a sliding window, and then has room",
    check: async (create) => {
      const { admit, wait } = await open(create);
      const limit = account("x", { window: SECOND });
      await admit("a", charges(100, limit));
      const denied = await admit("b", charges(1, limit));
      const waitMs = denied.kind === "denied" ? (denied.waitMs ?? 0) : 0;
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(WINDOW_MS * 1.1);
      await wait(waitMs);
      expect(await admit("b", charges(1, limit))).toMatchObject({ kind: "granted" });
    },
  },
  {
    title: "says when a calendar window ends once it is used up, and soon while part of it is only reserved",
    check: async (create) => {
      const { admit, tell } = await open(create);
      const limit = account("x", LONG);
      await admit("a", charges(100, limit));
      expect(await admit("b", charges(1, limit))).toMatchObject({ kind: "denied", waitMs: 1_000 });
      await tell({ kind: "settled", closing: closing("a", 100) });
      const denied = await admit("b", charges(1, limit));
      const waitMs = denied.kind === "denied" ? (denied.waitMs ?? 0) : 0;
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(31 * 86_400_000);
      expect(denied.standings[0]?.resetMs).toBe(waitMs);
    },
  },
  {
    title: "keeps accounts and tenants apart",
    check: async (create) => {
      const { admit, ledger } = await open(create);
      await admit("a", charges(100, account("one", LONG)));
      expect(await admit("b", charges(100, account("other", LONG)))).toMatchObject({ kind: "granted" });
      const asked = ask({ admit: [opening("c", charges(100, account("one", LONG)))] });
      expect((await ledger.exchange("another", asked)).admissions[0]).toMatchObject({ kind: "granted" });
    },
  },
  {
    title: "grants what it granted before, and debits it once, also when it has ended",
    check: async (create) => {
      const { admit, tell } = await open(create);
      const limit = account("x", LONG);
      for (let time = 0; time < 3; time += 1) expect(remainders(await admit("a", charges(60, limit)))).toEqual([40]);
      await tell({ kind: "settled", closing: closing("a", 20) });
      expect(remainders(await admit("a", charges(60, limit)))).toEqual([80]);
    },
  },
  {
    title: "replaces what was reserved by what was used, less or more, once",
    check: async (create) => {
      const { admit, remaining, tell } = await open(create);
      const limit = account("x", { ...LONG, limit: 1_000 });
      await admit("frugal", charges(80, limit));
      await admit("greedy", charges(80, limit));
      const settled: LedgerNote = { kind: "settled", closing: closing("frugal", 20) };
      await tell(settled, settled);
      await tell(settled, { kind: "settled", closing: closing("greedy", 200) });
      expect(await remaining(limit)).toBe(780);
    },
  },
  {
    title: "takes no notice of what it never admitted, unless it is told what that was charged with",
    check: async (create) => {
      const { remaining, tell } = await open(create);
      const limit = account("x", LONG);
      await tell({ kind: "settled", closing: closing("stranger", 50) });
      expect(await remaining(limit)).toBe(100);
      await tell({ kind: "settled", closing: closing("unheard", 50, { charges: charges(10, limit) }) });
      await tell({ kind: "settled", closing: closing("unheard", 50, { charges: charges(10, limit) }) });
      expect(await remaining(limit)).toBe(50);
    },
  },
  {
    title: "books what ended once, also when the news of its beginning comes later or never",
    check: async (create) => {
      const { remaining, tell } = await open(create);
      const limit = account("x", LONG);
      const taken = charges(30, limit);
      await tell({ kind: "settled", closing: closing("a", 10, { charges: taken }) });
      await tell({ kind: "begun", opening: opening("a", taken), sliceId: null });
      await tell({ kind: "settled", closing: closing("free", 10, { charges: [] }) });
      expect(await remaining(limit)).toBe(90);
    },
  },
  {
    title: "holds what was begun without asking",
    check: async (create) => {
      const { remaining, tell } = await open(create);
      const limit = account("x", LONG);
      const begun: LedgerNote = { kind: "begun", opening: opening("a", charges(30, limit)), sliceId: null };
      await tell(begun, begun);
      expect(await remaining(limit)).toBe(70);
      await tell({ kind: "settled", closing: closing("a", 10) }, begun);
      expect(await remaining(limit)).toBe(90);
    },
  },
  {
    title: "counts who is under way until it has ended",
    check: async (create) => {
      const { admit, tell } = await open(create);
      const places = account("x", { meter: "concurrency", limit: 2, window: { kind: "now" } });
      for (const id of ["a", "b"]) expect(await admit(id, charges(1, places))).toMatchObject({ kind: "granted" });
      expect(await admit("c", charges(1, places))).toMatchObject({ kind: "denied" });
      await tell({ kind: "settled", closing: closing("a", 500) });
      expect(await admit("c", charges(1, places))).toMatchObject({ kind: "granted" });
    },
  },
  {
    title: "charges the floor of what nobody settles in time, and corrects it when somebody does",
    check: async (create) => {
      const { admit, remaining, tell, wait } = await open(create);
      const limit = account("x", LONG);
      await admit("lost", [{ account: limit, amount: 90, floor: 30 }], { leaseMs: 300 });
      expect(await remaining(limit)).toBe(10);
      await wait(300);
      expect(await remaining(limit)).toBe(70);
      const settled: LedgerNote = { kind: "settled", closing: closing("lost", 45) };
      await tell(settled, settled);
      expect(await remaining(limit)).toBe(55);
    },
  },
  {
    title: "holds what is renewed, and no less than it has used",
    check: async (create) => {
      const { admit, remaining, tell, wait } = await open(create);
      const limit = account("x", LONG);
      await admit("long", charges(10, limit), { leaseMs: 400 });
      await wait(200);
      await tell({ kind: "renewed", id: "long", leaseMs: 60_000, used: { requests: 1, tokens: 40, microUsd: 0 } });
      await wait(300);
      expect(await remaining(limit)).toBe(60);
      await tell({ kind: "settled", closing: closing("long", 41) });
      expect(await remaining(limit)).toBe(59);
    },
  },
  {
    title: "debits nobody for what was sent and not admitted",
    check: async (create) => {
      const { remaining, tell } = await open(create);
      const limit = account("x", LONG);
      await tell({ kind: "refused", id: "r", facts: { costMicroUsd: 12 } });
      await tell({ kind: "settled", closing: closing("r", 50) });
      expect(await remaining(limit)).toBe(100);
    },
  },
  {
    title: "takes back what it granted to a request that is refused all the same, also when that is told before it grants",
    check: async (create) => {
      const { admit, remaining, tell, wait } = await open(create);
      const limit = account("x", LONG);
      await admit("late", charges(30, limit));
      await tell({ kind: "refused", id: "late", facts: { costMicroUsd: 12 } });
      await tell({ kind: "refused", id: "overtaken", facts: null });
      await admit("overtaken", charges(30, limit));
      await admit("expired", [{ account: limit, amount: 30, floor: 30 }], { leaseMs: 300 });
      await wait(300);
      expect(await remaining(limit)).toBe(70);
      await tell({ kind: "refused", id: "expired", facts: null });
      expect(await remaining(limit)).toBe(100);
    },
  },
  {
    title: "counts each meter of a request by itself",
    check: async (create) => {
      const { admit, remaining, tell } = await open(create);
      const requests = account("requests", { ...LONG, meter: "requests", limit: 10 });
      const money = account("money", { ...LONG, meter: "microUsd", limit: 9_000_000_000_000 });
      await admit("a", [...charges(1, requests), ...charges(8_000_000_000_000, money)]);
      expect(await remaining(money)).toBe(1_000_000_000_000);
      await tell({
        kind: "settled",
        closing: closing("a", 50, { used: { requests: 1, tokens: 50, microUsd: 8_999_999_999_999 } }),
      });
      expect([await remaining(requests), await remaining(money)]).toEqual([9, 1]);
    },
  },
  {
    title: "grants no more than the limit to callers who come at once",
    check: async (create) => {
      const { admit } = await open(create);
      const limit = account("x", LONG);
      const admissions = await Promise.all(Array.from({ length: 60 }, (_, index) => admit(`r${index}`, charges(7, limit))));
      expect(admissions.filter(({ kind }) => kind === "granted")).toHaveLength(14);
    },
  },
  {
    title: "admits several in one call, in order, those that fit",
    check: async (create) => {
      const { ledger, tenant } = await open(create);
      const limit = account("x", LONG);
      const admit = [40, 50, 20, 10].map((amount, index) => opening(`r${index}`, charges(amount, limit)));
      const { admissions } = await ledger.exchange(tenant, ask({ admit }));
      expect(admissions.map(({ kind }) => kind)).toEqual(["granted", "granted", "denied", "granted"]);
      expect(remainders(admissions[3] ?? expect.unreachable())).toEqual([0]);
      expect((await ledger.exchange(tenant, ask({}))).admissions).toEqual([]);
    },
  },
  {
    title: "counts the isolates that ask",
    check: async (create) => {
      const { ledger } = await open(create);
      await ledger.exchange("counted", ask({ isolate: "one" }));
      expect((await ledger.exchange("counted", ask({ isolate: "two" }))).isolates).toBe(2);
      expect((await ledger.exchange("counted", ask({ isolate: "two" }))).isolates).toBe(2);
    },
  },
];

export const sliceFacts: readonly Fact<CreateLedger>[] = [
  {
    title: "gives an isolate part of what remains, which is nobody else's until its time is over",
    check: async (create) => {
      const { admit, ledger, remaining, tell, tenant, wait } = await open(create);
      const limit = account("x", { ...LONG, limit: 1_000 });
      const asked = ask({ slice: { ...wish("s", charges(200, limit)), leaseMs: 400 } });
      const { slice } = await ledger.exchange(tenant, asked);
      expect(slice).toEqual({ id: "s", amounts: [{ key: limit.key, amount: 200 }] });
      expect((await ledger.exchange(tenant, asked)).slice).toEqual(slice);
      await tell({ kind: "begun", opening: opening("r", charges(60, limit)), sliceId: "s" });
      expect(await remaining(limit)).toBe(800);
      expect(await admit("big", charges(801, limit))).toMatchObject({ kind: "denied" });
      await wait(400);
      expect(await remaining(limit)).toBe(940);
    },
  },
  {
    title: "takes from a slice what it first hears of when it has ended",
    check: async (create) => {
      const { ledger, remaining, tell, tenant, wait } = await open(create);
      const limit = account("x", { ...LONG, limit: 1_000 });
      await ledger.exchange(tenant, ask({ slice: { ...wish("s", charges(200, limit)), leaseMs: 400 } }));
      await tell({ kind: "settled", closing: closing("r", 50, { charges: charges(60, limit), sliceId: "s" }) });
      expect(await remaining(limit)).toBe(1_000 - 50 - 140);
      await wait(400);
      expect(await remaining(limit)).toBe(950);
    },
  },
  {
    title: "gives a slice also where nothing is wanted of one of its accounts",
    check: async (create) => {
      const { ledger, tenant } = await open(create);
      const [tokens, money] = [
        account("x", { ...LONG, limit: 1_000 }),
        account("y", { ...LONG, limit: 1_000, meter: "microUsd" }),
      ];
      const wanted = wish("s", [...charges(10, tokens), ...charges(0, money)]);
      expect((await ledger.exchange(tenant, ask({ slice: wanted }))).slice).toMatchObject({
        amounts: [{ amount: 10 }, { amount: 0 }],
      });
    },
  },
  {
    title: "gives no slice of the last tenth",
    check: async (create) => {
      const { admit, ledger, tenant } = await open(create);
      const limit = account("x", { ...LONG, limit: 1_000 });
      await admit("r", charges(905, limit));
      expect((await ledger.exchange(tenant, ask({ slice: wish("s", charges(10, limit)) }))).slice).toBeNull();
    },
  },
];

function ask(detail: Partial<LedgerQuestion>): LedgerQuestion {
  return { isolate: "isolate", notes: [], admit: [], slice: null, ...detail };
}

let tenants = 0;

async function open(create: CreateLedger) {
  const { ledger, wait } = await create();
  tenants += 1;
  const tenant = `tenant-${tenants}`;
  const admit = async (id: string, taken: readonly Charge[], detail: Partial<Opening> = {}): Promise<Admission> => {
    const { admissions } = await ledger.exchange(tenant, ask({ admit: [opening(id, taken, detail)] }));
    return admissions[0] ?? expect.unreachable();
  };
  let looks = 0;
  return {
    ledger,
    tenant,
    wait,
    admit,
    tell: (...notes: readonly LedgerNote[]) => ledger.exchange(tenant, ask({ notes })),
    remaining: async (of: Account): Promise<number> => {
      looks += 1;
      return remainders(await admit(`look-${looks}`, charges(0, of)))[0] ?? -1;
    },
  };
}

function remainders({ standings }: { readonly standings: readonly Standing[] }): readonly number[] {
  return standings.map(({ remaining }) => remaining);
}
