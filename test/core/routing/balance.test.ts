import { describe, expect, it } from "vitest";
import type { CompiledLeastCost } from "../../../src/core/policy/compiled.ts";
import { type Balance, type Candidate, choose } from "../../../src/core/routing/balance.ts";
import { createDraw } from "../../conformance/faults/draws.ts";
import { factsOf, NOW, priceOf, target } from "./routing-fixtures.ts";
import { SettableView } from "./settable-view.ts";

function candidate(label: string, weight = 1, detail: Parameters<typeof target>[1] = {}): Candidate {
  return { target: target(label, { weight, ...detail }), weight };
}

/** The share of draws that each candidate gets. */
function sharesOf(balance: Balance, candidates: readonly Candidate[], { view = new SettableView(), turns = 20_000 } = {}) {
  const draw = createDraw(20_261_124);
  const counts = candidates.map(() => 0);
  for (let turn = 0; turn < turns; turn += 1) {
    const index = choose(balance, candidates, { facts: factsOf(), view, now: NOW, draw });
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts.map((count) => count / turns);
}

/** The labels of those that are ever chosen. */
function chosen(balance: Balance, candidates: readonly Candidate[], view = new SettableView()): readonly string[] {
  const shares = sharesOf(balance, candidates, { view, turns: 500 });
  return candidates.filter((_, index) => (shares[index] ?? 0) > 0).map(({ target: { label } }) => label);
}

describe("weighted", () => {
  it.each([
    [[1, 1]],
    [[1, 2, 3, 4]],
    [[70, 20, 10]],
    [[1, 1_000_000]],
    [[1_000_000, 1]],
    [Array.from({ length: 16 }, (_, index) => index + 1)],
  ])("gives %j their shares within one per cent of all draws", (weights: readonly number[]) => {
    const candidates = weights.map((weight, index) => candidate(`p/${index}`, weight));
    const shares = sharesOf({ kind: "weighted" }, candidates, { turns: 100_000 });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [index, weight] of weights.entries()) expect(Math.abs((shares[index] ?? 0) - weight / total)).toBeLessThan(0.01);
  });
});

const latency = (costExponent: number) => ({ kind: "least-latency", costExponent }) as const;

describe("least latency", () => {
  const two = [candidate("p/busy"), candidate("p/idle")];

  it("prefers the less loaded of two", () => {
    const view = new SettableView().set("p/busy", { loadMs: 900 }).set("p/idle", { loadMs: 300 });
    expect(chosen(latency(0), two, view)).toEqual(["p/idle"]);
  });

  it("asks the more loaded of two in no draw, and the most loaded of several in none", () => {
    const several = ["a", "b", "c", "d"].map((name) => candidate(`p/${name}`));
    const view = new SettableView();
    for (const [index, { target: each }] of several.entries()) view.set(each.label, { loadMs: index + 1 });
    const [first = 0, second = 0, third = 0, last = 0] = sharesOf(latency(0), several, { view });
    expect(first).toBeGreaterThan(second);
    expect(second).toBeGreaterThan(third);
    expect(last).toBe(0);
  });

  it("keeps one that fails fast from looking best: its load is the penalty of its failures", () => {
    const view = new SettableView().set("p/busy", { loadMs: 5_000 }).set("p/idle", { loadMs: 400 });
    expect(chosen(latency(0.3), two, view)).toEqual(["p/idle"]);
  });

  it.each([
    [0, "p/dear"],
    [0.5, "p/dear"],
    [1, "p/cheap"],
  ])("lets price count by its exponent: with %d it takes %s, twice as fast and three times as dear", (exponent, label) => {
    const priced = [candidate("p/dear", 1, { costFactor: 3 }), candidate("p/cheap", 1, { costFactor: 1 })];
    const view = new SettableView().set("p/dear", { loadMs: 100 }).set("p/cheap", { loadMs: 200 });
    expect(chosen(latency(exponent), priced, view)).toEqual([label]);
  });

  it("tries what was never measured before what was", () => {
    expect(chosen(latency(0), two, new SettableView().set("p/busy", { loadMs: 1 }))).toEqual(["p/idle"]);
  });

  it("draws by weight among equals", () => {
    const [heavy = 0] = sharesOf(latency(0), [candidate("p/heavy", 3), candidate("p/light"), candidate("p/other")]);
    expect(heavy).toBeCloseTo(0.6, 1);
  });
});

const limits = (detail: Partial<CompiledLeastCost> = {}): CompiledLeastCost => ({
  kind: "least-cost",
  maxInputMicroUsdPerMillion: null,
  maxOutputMicroUsdPerMillion: null,
  minTokensPerSecond: null,
  maxTtftMs: { p50: null, p90: null, p99: null },
  ...detail,
});

describe("least cost", () => {
  const cheap = candidate("p/cheap", 1, { price: priceOf(100) });
  const dear = candidate("p/dear", 1, { price: priceOf(900) });
  const unknown = candidate("p/unknown");

  it("takes the cheapest, input and output together, and one of unknown price last", () => {
    expect(chosen(limits(), [dear, unknown, cheap])).toEqual(["p/cheap"]);
    expect(chosen(limits(), [unknown, dear])).toEqual(["p/dear"]);
    expect(chosen(limits(), [unknown])).toEqual(["p/unknown"]);
    const output = { ...priceOf(1), outputMicroUsdPerMillion: 5_000 };
    expect(chosen(limits(), [candidate("p/output", 1, { price: output }), dear])).toEqual(["p/dear"]);
  });

  it("draws by weight among those that cost the same, known or not", () => {
    const [heavy = 0] = sharesOf(limits(), [candidate("p/heavy", 3, { price: priceOf(100) }), cheap, dear]);
    expect(heavy).toBeCloseTo(0.75, 1);
    expect(sharesOf(limits(), [candidate("p/a", 3), candidate("p/b", 1)])[0]).toBeCloseTo(0.75, 1);
  });

  it.each([
    [{ minTokensPerSecond: 50 }, { tokensPerSecond: 49 }],
    [{ maxTtftMs: { p50: 300, p90: null, p99: null } }, { ttftMs: { 50: 301 } }],
    [{ maxTtftMs: { p50: null, p90: 800, p99: null } }, { ttftMs: { 50: 100, 90: 801 } }],
    [{ maxTtftMs: { p50: null, p90: null, p99: 2_000 } }, { ttftMs: { 99: 2_001 } }],
  ])("under %j takes one seen with %j after the others, and all the same when all are", (limit, slow) => {
    const view = new SettableView().set("p/cheap", slow);
    expect(chosen(limits(limit), [cheap, dear], view)).toEqual(["p/dear"]);
    expect(chosen(limits(limit), [cheap, dear], view.set("p/dear", slow))).toEqual(["p/cheap"]);
    expect(chosen(limits(limit), [cheap, dear])).toEqual(["p/cheap"]);
  });
});

const at = (heavy: number, light: number) =>
  new SettableView().set("p/heavy", { inFlight: heavy }).set("p/light", { inFlight: light });

describe("least in flight", () => {
  const balance = { kind: "least-in-flight" } as const;

  it("takes the one with the fewest for its weight", () => {
    const candidates = [candidate("p/heavy", 4), candidate("p/light", 1)];

    expect(chosen(balance, candidates, at(0, 0))).toEqual(["p/heavy"]);
    expect(chosen(balance, candidates, at(6, 1))).toEqual(["p/heavy"]);
    expect(chosen(balance, candidates, at(6, 0))).toEqual(["p/light"]);
  });

  it("draws by weight among equals", () => {
    const [heavy = 0] = sharesOf(balance, [candidate("p/heavy"), candidate("p/light")]);
    expect(heavy).toBeCloseTo(0.5, 1);
  });
});

it("takes the fastest writer where the caller wants throughput, unknown ones last", () => {
  const view = new SettableView().set("p/slow", { tokensPerSecond: 10 }).set("p/fast", { tokensPerSecond: 90 });
  const candidates = ["unknown", "slow", "fast"].map((name) => candidate(`p/${name}`));
  expect(chosen({ kind: "most-tokens" }, candidates, view)).toEqual(["p/fast"]);
  expect(chosen({ kind: "most-tokens" }, candidates.slice(0, 2), view)).toEqual(["p/slow"]);
});
