import { describe, expect, it } from "vitest";
import { createMemoryAlarms } from "../../src/adapters/memory/alarms.ts";
import { createMemoryLedger } from "../../src/adapters/memory/ledger.ts";
import type { Account, FailureMode } from "../../src/core/ledger/account.ts";
import type { LimitCharge } from "../../src/core/ledger/charge-request.ts";
import type { LedgerQuestion } from "../../src/core/ledger/exchange.ts";
import { IsolateLedger, type LedgerAsk } from "../../src/pipeline/isolate-ledger.ts";
import { account, closing, NOW } from "../core/ledger/accounts-of.ts";

const TENANT = "default";

/** Lets what waits for no timer go on. */
async function turn(): Promise<void> {
  for (let step = 0; step < 20; step += 1) await Promise.resolve();
}

/** An isolate before books in memory, on a clock that the test moves. */
function open() {
  let now = NOW;
  const timers: { readonly at: number; readonly run: () => void }[] = [];
  const asked: LedgerQuestion[] = [];
  const books = createMemoryLedger(() => now);
  const store = { delayMs: 0, isDown: false };
  const alarms = createMemoryAlarms(() => undefined);
  const run = {
    now: () => now,
    sleep: (ms: number) => new Promise<void>((resolve) => timers.push({ at: now + ms, run: resolve })),
    defer: (work: Promise<unknown>) => void work,
  };
  let ids = 0;
  const isolate = new IsolateLedger({
    ledger: {
      exchange: async (tenant, question) => {
        asked.push(question);
        if (store.delayMs > 0) await run.sleep(store.delayMs);
        if (store.isDown) throw new Error("The books are away.");
        return books.exchange(tenant, question);
      },
    },
    isolate: "isolate",
    newId: () => `slice-${(ids += 1)}`,
    alarms,
  });
  return {
    isolate,
    run,
    store,
    alarms,
    asked,
    books: books.storeOf(TENANT),
    /** Lets time pass, timer by timer. */
    pass: async (ms: number): Promise<void> => {
      const until = now + ms;
      await turn();
      for (;;) {
        const next = timers.toSorted((left, right) => left.at - right.at).find(({ at }) => at <= until);
        if (next === undefined) break;
        timers.splice(timers.indexOf(next), 1);
        now = Math.max(now, next.at);
        next.run();
        await turn();
      }
      now = until;
    },
  };
}

const limited = (of: Account, amount: number, failureMode: FailureMode = "local"): readonly LimitCharge[] => [
  { account: of, amount, floor: 0, failureMode },
];

function ask(id: string, charges: readonly LimitCharge[], detail: Partial<LedgerAsk> = {}): LedgerAsk {
  const opening = { id, charges, leaseMs: 120_000, facts: null };
  return { tenant: TENANT, opening, accounts: charges.map(({ account: { key } }) => key).join(" "), isStrict: false, ...detail };
}

describe("an isolate that shares books with others", () => {
  const limit = account("x", { limit: 10_000 });

  it("asks for each of its first requests, beside their dispatch", async () => {
    const { asked, isolate, run } = open();
    const { granted, isSerial } = isolate.open(ask("r1", limited(limit, 100)), run);
    expect(isSerial).toBe(false);
    expect(await granted).toMatchObject({ kind: "granted", isDegraded: false, standings: [{ remaining: 9_900 }] });
    expect(asked).toHaveLength(1);
  });

  it("spends a slice once requests come often, and tells of them within a second", async () => {
    const { asked, books, isolate, pass, run } = open();
    for (let request = 0; request < 200; request += 1) {
      await isolate.open(ask(`r${request}`, limited(limit, 10)), run).granted;
      await pass(40);
    }
    // Two seconds of fifty calls, then one a second for slices.
    expect(asked.length).toBeLessThan(125);
    await pass(1_100);
    const kinds = Array.from({ length: 200 }, (_, request) => books.lease(`r${request}`)?.kind);
    expect(kinds).toEqual(Array(200).fill("request"));
  });

  it("sends nothing before it is granted where a tenth is left, where requests under way are limited, and where it is told so", async () => {
    const { isolate, run } = open();
    await isolate.open(ask("most", limited(limit, 9_100)), run).granted;
    expect(isolate.open(ask("next", limited(limit, 10)), run).isSerial).toBe(true);
    const places = account("places", { meter: "concurrency", limit: 5, window: { kind: "now" } });
    expect(isolate.open(ask("placed", limited(places, 1)), run).isSerial).toBe(true);
    expect(isolate.open(ask("strict", limited(account("other"), 1), { isStrict: true }), run).isSerial).toBe(true);
  });

  it("says what denies a request, and for how long", async () => {
    const { isolate, run } = open();
    await isolate.open(ask("all", limited(limit, 10_000)), run).granted;
    expect(await isolate.open(ask("more", limited(limit, 1)), run).granted).toMatchObject({ kind: "denied", key: limit.key });
  });

  it("tells of what has ended, in order, with whatever call comes next", async () => {
    const { books, isolate, pass, run } = open();
    await isolate.open(ask("r1", limited(limit, 100)), run).granted;
    isolate.tell(TENANT, { kind: "settled", closing: closing("r1", 40) }, run);
    await isolate.open(ask("r2", limited(limit, 100)), run).granted;
    expect(books.row("r1")).toMatchObject({ state: "settled", entries: [{ amount: 40 }] });
    await pass(1_100);
  });
});

it("tells of a request that has ended before its beginning was told in one note, which is all that the books need", async () => {
  const { asked, books, isolate, pass, run } = open();
  const limit = account("x", { limit: 10_000 });
  for (let request = 0; request < 200; request += 1) {
    const grant = await isolate.open(ask(`r${request}`, limited(limit, 10)), run).granted;
    if (grant.kind !== "granted") expect.unreachable();
    const ended = { ...closing(`r${request}`, 7), ...grant.unheard };
    isolate.tell(TENANT, { kind: "settled", closing: ended }, run);
    await pass(40);
  }
  await pass(4_000);
  // But for those whose beginning a call for a slice took along.
  expect(asked.flatMap(({ notes }) => notes).length).toBeLessThan(220);
  const amounts = Array.from({ length: 200 }, (_, request) => books.row(`r${request}`)?.entries.map(({ amount }) => amount));
  expect(amounts).toEqual(Array.from({ length: 200 }, () => [7]));
  expect(await isolate.open(ask("after", limited(limit, 0), { isStrict: true }), run).granted).toMatchObject({
    standings: [{ remaining: 10_000 - 1_400 }],
  });
});

describe("while the books cannot be asked", () => {
  const limit = account("x", { limit: 100 });

  it.each([
    ["closed", { kind: "unavailable" }],
    ["open", { kind: "granted", isDegraded: true }],
    ["local", { kind: "granted", isDegraded: true }],
  ] as const)("a limit that fails %s decides at once", async (failureMode, grant) => {
    const { isolate, run, store } = open();
    store.isDown = true;
    expect(await isolate.open(ask("r", limited(limit, 10, failureMode)), run).granted).toMatchObject(grant);
  });

  it.each([
    ["open", 10],
    ["local", 100],
  ] as const)("a limit that fails %s admits %i of 100", async (failureMode, most) => {
    const { isolate, run, store } = open();
    store.isDown = true;
    let admitted = 0;
    for (let request = 0; request < 150; request += 1) {
      const { kind } = await isolate.open(ask(`r${request}`, limited(limit, 1, failureMode)), run).granted;
      if (kind === "granted") admitted += 1;
    }
    expect(admitted).toBe(most);
  });

  it("no request waits longer than a second, and those after it not at all", async () => {
    const { isolate, pass, run, store } = open();
    store.delayMs = 60_000;
    const began = run.now();
    const first = isolate.open(ask("r1", limited(limit, 1)), run).granted.then(() => run.now());
    await pass(1_500);
    expect((await first) - began).toBe(1_000);
    const later = run.now() - 400;
    const second = isolate.open(ask("r2", limited(limit, 1)), run).granted.then(() => run.now());
    await pass(0);
    expect((await second) - later).toBeLessThan(1_000);
  });

  it("raises an alarm once more has happened than it can keep for them, and not for each note", async () => {
    const { alarms, isolate, pass, run, store } = open();
    store.isDown = true;
    for (let request = 0; request < 20_000; request += 1)
      isolate.tell(TENANT, { kind: "refused", id: `r${request}`, facts: null }, run);
    await pass(0);
    expect(alarms.recent()).toEqual([]);
    for (let request = 0; request < 10; request += 1)
      isolate.tell(TENANT, { kind: "refused", id: `s${request}`, facts: null }, run);
    expect(alarms.recent()).toEqual([{ kind: "ledger_rows_lost", subject: TENANT, at: run.now() }]);
  });

  it("what it admitted is told afterwards, and charged", async () => {
    const { books, isolate, pass, run, store } = open();
    store.isDown = true;
    const charges = limited(limit, 10);
    await isolate.open(ask("r", charges), run).granted;
    isolate.tell(TENANT, { kind: "settled", closing: closing("r", 7, { charges }) }, run);
    await pass(1_500);
    store.isDown = false;
    isolate.tell(TENANT, { kind: "refused", id: "other", facts: null }, run);
    await pass(1_500);
    expect(books.row("r")).toMatchObject({ state: "settled", entries: [{ amount: 7 }] });
  });

  it("what comes too late to be believed is given back", async () => {
    const { books, isolate, pass, run, store } = open();
    store.delayMs = 5_000;
    const granted = isolate.open(ask("r", limited(limit, 10, "closed")), run).granted;
    await pass(1_100);
    expect(await granted).toEqual({ kind: "unavailable" });
    store.delayMs = 0;
    await pass(6_000);
    expect(books.row("r")).toMatchObject({ state: "refused", entries: [] });
    expect(books.lease("r")).toBeNull();
  });

  it("what it cost to send a request that it refused meanwhile is in the books, whenever they answer", async () => {
    const { books, isolate, pass, run, store } = open();
    store.delayMs = 3_000;
    const granted = isolate.open(ask("r", limited(limit, 10, "closed")), run).granted;
    await pass(1_100);
    expect(await granted).toEqual({ kind: "unavailable" });
    const facts = { attempts: [{ target: "openai/gpt-4o-mini", costMicroUsd: 12 }] };
    isolate.tell(TENANT, { kind: "refused", id: "r", facts }, run);
    await pass(9_000);
    expect(books.row("r")).toMatchObject({ state: "refused", entries: [], facts });
    expect(books.lease("r")).toBeNull();
  });

  it("a limit that fails local divides what was left, and does not begin anew the next time", async () => {
    const { isolate, pass, run, store } = open();
    const day = account("day", { limit: 100, window: { kind: "sliding", ms: 86_400_000 } });
    const charges = limited(day, 1);
    await isolate.open(ask("most", limited(day, 60)), run).granted;
    isolate.tell(TENANT, { kind: "settled", closing: closing("most", 60) }, run);
    await pass(1_500);
    let admitted = 0;
    for (let outage = 0; outage < 4; outage += 1) {
      store.isDown = true;
      for (let request = 0; request < 60; request += 1) {
        const id = `r${outage}-${request}`;
        const { kind } = await isolate.open(ask(id, charges), run).granted;
        if (kind !== "granted") continue;
        admitted += 1;
        isolate.tell(TENANT, { kind: "settled", closing: closing(id, 1, { charges }) }, run);
      }
      store.isDown = false;
      await pass(3_000);
      const asked = await isolate.open(ask(`between-${outage}`, charges), run).granted;
      if (asked.kind === "granted") admitted += 1;
    }
    expect(admitted).toBe(40);
  });

  it("tells callers of their limit, not of an isolate's part of it", async () => {
    const { isolate, run, store } = open();
    store.isDown = true;
    for (let request = 0; request < 10; request += 1)
      await isolate.open(ask(`r${request}`, limited(limit, 1, "open")), run).granted;
    const refused = await isolate.open(ask("r", limited(limit, 1, "open")), run).granted;
    expect(refused).toMatchObject({ kind: "denied", isDegraded: true, standings: [{ limit: 100, remaining: 0 }] });
  });
});
