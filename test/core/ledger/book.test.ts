import { type Arbitrary, array, assert, constantFrom, integer, property, record, subarray } from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryBookStore } from "../../../src/core/ledger/memory-book-store.ts";
import type { Account, Charge } from "../../../src/core/ledger/account.ts";
import { Book } from "../../../src/core/ledger/book.ts";
import { account, charges, closing, MINUTE, MONTH, NOW, opening, used, wish } from "./accounts-of.ts";

const remaining = (book: Book, of: Account, now = NOW): number => book.standings([{ account: of }], now)[0]?.remaining ?? -1;

function open() {
  const store = new MemoryBookStore();
  return { store, book: new Book(store) };
}

describe("a book", () => {
  it("reserves in all accounts or in none, and says which has room last", () => {
    const { book } = open();
    const roomy = account("roomy");
    const tight = account("tight", { limit: 10, window: MONTH });
    expect(book.admit(opening("a", charges(11, roomy, tight)), NOW)).toMatchObject({
      kind: "denied",
      key: tight.key,
      waitMs: null,
    });
    expect(remaining(book, roomy)).toBe(100);
    expect(book.admit(opening("b", charges(9, roomy, tight)), NOW)).toMatchObject({ kind: "granted" });
    expect(book.admit(opening("c", charges(2, roomy, tight)), NOW)).toMatchObject({ kind: "denied", key: tight.key });
    expect([remaining(book, roomy), remaining(book, tight)]).toEqual([91, 1]);
  });

  it("grants what it granted before, and debits it once", () => {
    const { book } = open();
    for (let time = 0; time < 3; time += 1) expect(book.admit(opening("a", charges(60, account("x"))), NOW).kind).toBe("granted");
    expect(remaining(book, account("x"))).toBe(40);
    book.settle(closing("a", 20), NOW);
    expect(book.admit(opening("a", charges(60, account("x"))), NOW).kind).toBe("granted");
    expect(remaining(book, account("x"))).toBe(80);
  });

  it("never admits more than the limit in any stretch of the window's length", () => {
    const { book } = open();
    const limit = account("x", { meter: "requests", limit: 10 });
    const admitted: number[] = [];
    for (let now = NOW; now < NOW + 300_000; now += 700) {
      const id = `r${now}`;
      if (book.admit(opening(id, charges(1, limit)), now).kind !== "granted") continue;
      admitted.push(now);
      book.settle(closing(id, 0), now);
    }
    for (const [index, time] of admitted.entries()) {
      const tenth = admitted[index + 10];
      if (tenth !== undefined) expect(tenth - time).toBeGreaterThan(MINUTE.kind === "sliding" ? MINUTE.ms : 0);
    }
    expect(admitted.length).toBeGreaterThanOrEqual(40);
  });

  it("says how long to wait, and then has room", () => {
    const { book } = open();
    const limit = account("x");
    book.admit(opening("early", charges(60, limit)), NOW);
    book.admit(opening("late", charges(40, limit)), NOW + 30_000);
    const denied = book.admit(opening("more", charges(50, limit)), NOW + 31_000);
    const waitMs = denied.kind === "denied" ? (denied.waitMs ?? 0) : 0;
    expect(waitMs).toBeGreaterThan(28_000);
    expect(waitMs).toBeLessThanOrEqual(32_000);
    expect(book.admit(opening("more", charges(50, limit)), NOW + 31_000 + waitMs).kind).toBe("granted");
  });

  it("replaces what was reserved by what was used, less or more, once", () => {
    const { book, store } = open();
    const limit = account("x", { limit: 1_000 });
    book.admit(opening("frugal", charges(80, limit)), NOW);
    for (let time = 0; time < 3; time += 1) book.settle(closing("frugal", 20), NOW + 1_000);
    book.admit(opening("greedy", charges(80, limit)), NOW);
    book.settle(closing("greedy", 200), NOW + 1_000);
    expect(remaining(book, limit, NOW + 1_000)).toBe(780);
    expect(store.rows().map(({ entries, state }) => [state, entries[0]?.amount])).toEqual([
      ["settled", 20],
      ["settled", 200],
    ]);
  });

  it("takes no notice of what it never admitted, unless it is told what that was charged with", () => {
    const { book } = open();
    const limit = account("x");
    book.settle(closing("stranger", 50), NOW);
    expect(remaining(book, limit)).toBe(100);
    book.settle(closing("unheard", 50, { charges: charges(10, limit) }), NOW);
    expect(remaining(book, limit)).toBe(50);
  });

  it("charges the floor of what nobody settles, and corrects it when somebody does", () => {
    const { book, store } = open();
    const limit = account("x", { window: MONTH });
    book.admit(opening("lost", [{ account: limit, amount: 90, floor: 30 }], { facts: "begun" }), NOW);
    book.expire(NOW + 119_999);
    expect(remaining(book, limit)).toBe(10);
    book.expire(NOW + 120_000);
    expect(remaining(book, limit)).toBe(70);
    expect(store.rows()).toMatchObject([{ id: "lost", state: "expired", facts: "begun" }]);
    for (let time = 0; time < 2; time += 1) book.settle(closing("lost", 45, { facts: "ended" }), NOW + 3_600_000);
    expect(remaining(book, limit)).toBe(55);
    expect(store.rows()).toMatchObject([{ id: "lost", state: "corrected", facts: "ended", entries: [{ amount: 45 }] }]);
  });

  it("holds what is renewed, and no less than it has used", () => {
    const { book } = open();
    const limit = account("x", { window: MONTH });
    book.admit(opening("long", charges(10, limit)), NOW);
    book.renew("long", { leaseMs: 120_000, used: used(40) }, NOW + 100_000);
    book.expire(NOW + 150_000);
    expect(remaining(book, limit)).toBe(60);
    book.expire(NOW + 220_000);
    expect(remaining(book, limit)).toBe(60);
  });

  it("counts who is under way until it has ended", () => {
    const { book } = open();
    const places = account("x", { meter: "concurrency", limit: 2, window: { kind: "now" } });
    for (const id of ["a", "b"]) expect(book.admit(opening(id, charges(1, places)), NOW).kind).toBe("granted");
    expect(book.admit(opening("c", charges(1, places)), NOW)).toMatchObject({ kind: "denied", waitMs: 1_000 });
    book.settle(closing("a", 500), NOW);
    expect(book.admit(opening("c", charges(1, places)), NOW).kind).toBe("granted");
    book.expire(NOW + 200_000);
    expect(remaining(book, places, NOW + 200_000)).toBe(2);
  });

  it("keeps a row of what was sent and not admitted, and debits nobody", () => {
    const { book, store } = open();
    book.refuse("r", { costMicroUsd: 12 }, NOW);
    expect(store.rows()).toEqual([{ id: "r", at: NOW, state: "refused", entries: [], facts: { costMicroUsd: 12 } }]);
  });

  it("hears that something is refused and what it cost in any order", () => {
    const facts = { costMicroUsd: 12 };
    for (const told of [
      [null, facts],
      [facts, null],
    ]) {
      const { book, store } = open();
      for (const each of told) book.refuse("r", each, NOW);
      expect(store.rows()).toMatchObject([{ id: "r", state: "refused", facts }]);
    }
  });
});

describe("a slice", () => {
  const limit = account("x", { limit: 1_000 });

  it("is a quarter of what remains for each isolate that has one, and nothing of the last tenth", () => {
    const { book } = open();
    const wished = (id: string, holder: string, amount: number) =>
      book.slice(wish(id, charges(amount, limit)), holder, NOW)?.amounts[0]?.amount ?? null;
    expect(wished("s1", "one", 10_000)).toBe(250);
    expect(wished("s2", "two", 10_000)).toBe(93);
    expect(wished("s3", "three", 50)).toBe(50);
    book.admit(opening("r", charges(500, limit)), NOW);
    expect(remaining(book, limit)).toBe(107);
    expect(wished("s4", "four", 10_000)).toBe(6);
    expect(wished("s5", "four", 10_000)).toBe(1);
    expect(wished("s6", "four", 10_000)).toBeNull();
  });

  it("is spent by the requests that begin with it; what is left goes back when its time is over", () => {
    const { book } = open();
    book.slice(wish("s", charges(200, limit)), "isolate", NOW);
    book.begin(opening("r1", charges(60, limit)), "s", NOW + 500);
    book.begin(opening("r1", charges(60, limit)), "s", NOW + 600);
    book.begin(opening("r2", charges(60, limit)), "s", NOW + 1_000);
    expect(remaining(book, limit)).toBe(800);
    book.expire(NOW + 3_500);
    expect(remaining(book, limit)).toBe(880);
    book.settle(closing("r1", 10), NOW + 4_000);
    expect(remaining(book, limit)).toBe(930);
  });

  it("that is over or spent takes nothing from what has begun with it", () => {
    const { book } = open();
    book.slice(wish("s", charges(100, limit)), "isolate", NOW);
    book.begin(opening("big", charges(150, limit)), "s", NOW + 1_000);
    expect(remaining(book, limit)).toBe(750);
    book.expire(NOW + 3_500);
    book.begin(opening("late", charges(50, limit)), "s", NOW + 4_000);
    expect(remaining(book, limit)).toBe(800);
  });
});

const KEYS = [
  account("minute", { limit: 500 }),
  account("month", { limit: 800, window: MONTH }),
  account("places", { meter: "concurrency", limit: 6, window: { kind: "now" } }),
];
interface Step {
  readonly kind: "admit" | "slice" | "begin" | "renew" | "settle" | "settle-unheard" | "wait";
  readonly id: number;
  readonly amount: number;
  readonly which: readonly Account[];
}

const anyStep: Arbitrary<Step> = record({
  kind: constantFrom("admit", "slice", "begin", "renew", "settle", "settle-unheard", "wait"),
  id: integer({ min: 0, max: 25 }),
  amount: integer({ min: 0, max: 150 }),
  which: subarray(KEYS, { minLength: 1 }),
});

function chargesFor({ amount, which }: Step): readonly Charge[] {
  return which.map((each) => {
    const units = each.meter === "concurrency" ? 1 : amount;
    return { account: each, amount: units, floor: each.meter === "concurrency" ? 0 : Math.floor(units / 3) };
  });
}

/** Takes one step; returns the time after it. */
function take({ book, store }: ReturnType<typeof open>, step: Step, now: number): number {
  const { amount, id, kind } = step;
  const taken = chargesFor(step);
  switch (kind) {
    case "admit": {
      const isNew = store.lease(`r${id}`) === null && store.row(`r${id}`) === null;
      const before = taken.map(({ account: of }) => remaining(book, of, now));
      const isGranted = book.admit(opening(`r${id}`, taken), now).kind === "granted";
      if (isNew && isGranted) expect(taken.every((charge, index) => charge.amount <= (before[index] ?? 0))).toBe(true);
      break;
    }
    case "slice":
      book.slice(wish(`s${id}`, taken), "isolate", now);
      break;
    case "begin":
      book.begin(opening(`r${id}`, taken), `s${id % 5}`, now);
      break;
    case "renew":
      book.renew(`r${id}`, { leaseMs: 60_000, used: used(amount) }, now);
      break;
    case "settle":
      book.settle(closing(`r${id}`, amount), now);
      break;
    case "settle-unheard":
      book.settle(closing(`r${id}`, amount, { charges: taken }), now);
      break;
    case "wait":
      book.expire(now + amount * 400);
      return now + amount * 400;
  }
  return now;
}

it("whatever happens, nothing is admitted beyond a limit, and in the end nothing is reserved and every unit has a row", () => {
  assert(
    property(array(anyStep, { maxLength: 120 }), (steps) => {
      const opened = open();
      const { book, store } = opened;
      let now = NOW;
      for (const step of steps) now = take(opened, step, now);
      book.expire(now + 200_000);
      expect(store.nextDue()).toBeNull();
      const entries = store.rows().flatMap((row) => row.entries);
      for (const { key } of KEYS) {
        for (const { reserved, start, used: amount } of store.pieces(key)) {
          expect(reserved).toBe(0);
          const own = entries.filter((entry) => entry.key === key && entry.start === start);
          expect(own.reduce((sum, entry) => sum + entry.amount, 0)).toBe(amount);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

it("a book that is opened again knows what it knew", () => {
  const { book, store } = open();
  const limit = account("x", { window: MONTH });
  book.admit(opening("a", charges(30, limit)), NOW);
  book.admit(opening("b", charges(30, limit)), NOW);
  book.settle(closing("b", 5), NOW);
  const again = new Book(store);
  expect(remaining(again, limit)).toBe(65);
  again.settle(closing("a", 1), NOW);
  again.settle(closing("b", 70), NOW);
  expect(remaining(again, limit)).toBe(94);
});
