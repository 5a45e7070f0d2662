import { describe, expect, it } from "vitest";
import { usageGroupSchema } from "../../../src/cli/usage/usage-group.ts";
import type { LedgerRow } from "../../../src/core/ledger/book-store.ts";
import {
  type Dimension,
  MOST_GROUPS,
  readDimensions,
  TOTALS,
  UsageReport,
  type UsageTotals,
} from "../../../src/core/ledger/usage-report.ts";
import { usageCsv, usageObjects } from "../../../src/core/ledger/usage-table.ts";
import { NOW } from "./accounts-of.ts";
import { rowOf, usageOf } from "./rows-of.ts";

const DAY_MS = 86_400_000;

function report(rows: readonly LedgerRow[], by: readonly Dimension[], timeZone = "UTC") {
  const made = new UsageReport({ by, timeZone });
  for (const row of rows) made.add(row);
  return made.groups;
}

/** Sums that are not 0, by group. */
function sums(rows: readonly LedgerRow[], by: readonly Dimension[], timeZone?: string) {
  return Object.fromEntries(report(rows, by, timeZone).map(({ group, totals }) => [group.join("|"), nonZero(totals)] as const));
}

function nonZero(totals: UsageTotals): Partial<UsageTotals> {
  return Object.fromEntries(Object.entries(totals).filter(([, sum]) => sum !== 0));
}

const ONE = { requests: 1, attempts: 1, inputTokens: 10, outputTokens: 5, costMicroUsd: 7 };

describe("usage", () => {
  it("adds requests up by each dimension", () => {
    const rows = [rowOf("a"), rowOf("b", { keyId: "key-2" }), rowOf("c", { model: "slow", tags: {} })];
    const two = { requests: 2, attempts: 2, inputTokens: 20, outputTokens: 10, costMicroUsd: 14 };
    expect(sums(rows, ["key"])).toEqual({ "key-1": two, "key-2": ONE });
    expect(sums(rows, ["model"])).toEqual({ fast: two, slow: ONE });
    expect(sums(rows, ["tag:department"])).toEqual({ "": ONE, finance: two });
    expect(sums(rows, ["consumer", "key"])).toEqual({ "default/app|key-1": two, "default/app|key-2": ONE });
    expect(Object.keys(sums(rows, ["provider", "target", "route"]))).toEqual(["openai|openai/mini|default/chat/everyone"]);
  });

  it("finds nothing by a tag that only every object has", () => {
    const rows = [rowOf("a"), rowOf("b", { tags: JSON.parse('{"__proto__":"p","constructor":"c"}') })];
    expect(sums(rows, ["tag:__proto__"])).toEqual({ "": ONE, p: ONE });
    expect(sums(rows, ["tag:constructor"])).toEqual({ "": ONE, c: ONE });
    const printed = usageCsv(["tag:toString"], report(rows, ["tag:toString"]));
    expect(printed.split("\r\n")[1]).toMatch(/^,2,/);
    const [group] = usageObjects(["tag:__proto__"], report(rows.slice(1), ["tag:__proto__"]));
    expect(usageGroupSchema.parse(JSON.parse(JSON.stringify(group))).group).toEqual({ "tag:__proto__": "p" });
  });

  it("gives each attempt to its own provider, and counts the request once in each", () => {
    const attempts = [
      { target: "openai/mini", outcome: "timeout_ttft", usage: usageOf(4, 0, { estimated: true }), costMicroUsd: 2 },
      { target: "openai/large", outcome: "rate_limited", usage: null, costMicroUsd: null },
      { target: "anthropic/haiku", outcome: "ok", usage: usageOf(10, 5), costMicroUsd: 9 },
    ];
    const lost = { estimatedTokens: 4, estimatedCostMicroUsd: 2, abandonedTokens: 4, abandonedCostMicroUsd: 2 };
    expect(sums([rowOf("a", { attempts })], ["provider"])).toEqual({
      anthropic: { requests: 1, attempts: 1, inputTokens: 10, outputTokens: 5, costMicroUsd: 9 },
      openai: { requests: 1, attempts: 2, inputTokens: 4, costMicroUsd: 2, ...lost },
    });
    expect(sums([rowOf("a", { attempts })], ["model"])).toEqual({
      fast: { requests: 1, attempts: 3, inputTokens: 14, outputTokens: 5, costMicroUsd: 11, ...lost },
    });
  });

  it("counts days by the clock of the time zone", () => {
    const rows = [rowOf("a", { at: Date.UTC(2026, 2, 29, 22, 30) }), rowOf("b", { at: Date.UTC(2026, 2, 29, 0, 0) })];
    expect(Object.keys(sums(rows, ["day"]))).toEqual(["2026-03-29"]);
    expect(Object.keys(sums(rows, ["day"], "Europe/Berlin"))).toEqual(["2026-03-29", "2026-03-30"]);
    expect(Object.keys(sums(rows, ["day"], "America/New_York"))).toEqual(["2026-03-28", "2026-03-29"]);
    expect(() => new UsageReport({ by: [], timeZone: "Mars/Olympus" })).toThrow("There is no time zone 'Mars/Olympus'.");
  });

  it("takes the day of the request, not of the row", () => {
    const late = rowOf("a", { at: NOW }, { at: NOW + 2 * DAY_MS, state: "corrected" });
    expect(sums([late], ["day", "state"])).toEqual({
      [`${new Date(NOW).toISOString().slice(0, 10)}|corrected`]: { ...ONE, corrected: 1 },
    });
  });

  it("shows what is refused and copied, and that no account was charged for it", () => {
    const uncharged = { unchargedTokens: 15, unchargedCostMicroUsd: 7 };
    const refused = rowOf("a", { outcome: "failed" }, { state: "refused" });
    expect(sums([refused], ["state"])).toEqual({ refused: { ...ONE, failed: 1, refused: 1, ...uncharged } });
    const { requests: _, ...copied } = ONE;
    expect(sums([rowOf("a-mirror", { copyOf: "a" })], ["model"])).toEqual({ fast: { ...copied, copies: 1, ...uncharged } });
  });

  it("shows what an expired request is charged", () => {
    const facts = { attempts: undefined, outcome: undefined, cache: undefined, floor: { inputTokens: 30, costMicroUsd: 12 } };
    const estimated = { estimatedTokens: 30, estimatedCostMicroUsd: 12 };
    expect(sums([rowOf("a", facts, { state: "expired" })], ["provider"])).toEqual({
      "": { requests: 1, expired: 1, inputTokens: 30, costMicroUsd: 12, ...estimated },
    });
    const unpriced = { ...facts, floor: { inputTokens: 30, costMicroUsd: null } };
    expect(sums([rowOf("a", unpriced, { state: "expired" })], ["model"])).toMatchObject({
      fast: { unpricedAttempts: 1, unpricedTokens: 30 },
    });
  });

  it("counts answers from the cache as requests without cost", () => {
    const cached = rowOf("a", { attempts: [], cache: "hit-exact", usage: usageOf(10, 5), costMicroUsd: 0 });
    expect(sums([cached], ["provider"])).toEqual({ "": { requests: 1, cached: 1 } });
  });

  it("counts what answers from the cache were charged, and what they saved, apart from what upstream cost", () => {
    const hit = { chargedTokens: 8, savedTokens: 7, savedMicroUsd: 30, savedMs: 1_200 };
    const cached = rowOf("a", { attempts: [], cache: "hit-semantic", usage: usageOf(10, 5), costMicroUsd: 33, hit });
    expect(sums([cached, cached], ["provider"])).toEqual({
      "": {
        requests: 2,
        cached: 2,
        cachedChargedTokens: 16,
        cachedChargedMicroUsd: 66,
        savedTokens: 14,
        savedMicroUsd: 60,
        savedMs: 2_400,
      },
    });
  });

  it("never lets an unpriced model look free", () => {
    const attempts = [{ target: "pool/llama", outcome: "ok", usage: usageOf(10, 5), costMicroUsd: null }];
    expect(sums([rowOf("a", { attempts })], ["provider"])).toEqual({
      pool: { requests: 1, attempts: 1, inputTokens: 10, outputTokens: 5, unpricedAttempts: 1, unpricedTokens: 15 },
    });
  });

  it("shows kinds of tokens, and what was not believed", () => {
    const usage = usageOf(100, 50, {
      cachedInputTokens: 40,
      cacheWriteTokens: 3,
      reasoningTokens: 20,
      audioInputTokens: 5,
      imageOutputTokens: 6,
    });
    const attempts = [{ target: "a/b", outcome: "ok", usage, costMicroUsd: 1, claimed: usageOf(1_000, 500) }];
    expect(sums([rowOf("a", { attempts })], ["target"])["a/b"]).toMatchObject({
      cachedInputTokens: 40,
      cacheWriteTokens: 3,
      reasoningTokens: 20,
      audioInputTokens: 5,
      imageOutputTokens: 6,
      disbelievedTokens: 1_350,
    });
  });

  it("leaves out what was admitted, or refused, and never sent", () => {
    const entries = [{ key: "k", meter: "requests" as const, start: 0, amount: 0 }];
    const unsent: readonly LedgerRow[] = [
      { id: "released", at: 0, state: "settled", entries, facts: { consumer: "a", attempts: [] } },
      { id: "withdrawn", at: 0, state: "refused", entries: [], facts: null },
    ];
    expect(sums(unsent, ["consumer"])).toEqual({});
    const charged = {
      id: "hit",
      at: 0,
      state: "settled" as const,
      entries: [{ ...entries[0], amount: 1 }],
      facts: unsent[0]?.facts,
    };
    expect(sums([charged as LedgerRow], ["consumer"])).toEqual({ a: { requests: 1 } });
  });

  it("reads rows that say little, or nothing that it knows", () => {
    const odd = [null, 7, { attempts: "none", tags: { a: 1 } }, { attempts: [{ usage: { inputTokens: -1 } }] }];
    const rows = odd.map((facts, index): LedgerRow => ({ id: String(index), at: NOW, state: "settled", entries: [], facts }));
    expect(sums(rows, ["consumer"])).toEqual({ "": { requests: 4 } });
  });

  it("is the same in parts as at once", () => {
    const rows = Array.from({ length: 30 }, (_, index) => rowOf(`r${index}`, { keyId: `key-${index % 7}` }));
    const merged = new UsageReport({ by: ["key"], timeZone: "UTC" });
    for (const part of [rows.slice(0, 11), rows.slice(11, 12), rows.slice(12)]) merged.merge(report(part, ["key"]));
    expect(merged.groups).toEqual(report(rows, ["key"]));
  });

  it("refuses to be a list of requests", () => {
    const made = new UsageReport({ by: ["key"], timeZone: "UTC" });
    for (let index = 0; index < MOST_GROUPS; index += 1) made.add(rowOf("a", { keyId: `key-${index}` }));
    expect(() => made.add(rowOf("a", { keyId: "one more" }))).toThrow("more than 10000 groups");
  });
});

it.each([
  ["key", ["key"]],
  ["day,tag:department,provider", ["day", "tag:department", "provider"]],
  ["tag:", null],
  ["", null],
  ["price", null],
  ["key,key", null],
  ["key,day,model,route", null],
])("reads what usage is told apart by: %s", (text, dimensions) => {
  expect(readDimensions(text)).toEqual(dimensions);
});

it("writes groups as CSV that no spreadsheet runs, and as objects (attack E11)", () => {
  const groups = report([rowOf("a", { tags: { label: "=HYPERLINK(0)" } })], ["tag:label", "key"]);
  const [head, line] = usageCsv(["tag:label", "key"], groups).split("\r\n");
  expect(head).toBe(["tag:label", "key", ...TOTALS].join(","));
  expect(line?.startsWith("'=HYPERLINK(0),key-1,1,")).toBe(true);
  expect(usageObjects(["tag:label", "key"], groups)).toMatchObject([
    { group: { "tag:label": "=HYPERLINK(0)", key: "key-1" }, requests: 1, costMicroUsd: 7 },
  ]);
});
