import { describe, expect, it } from "vitest";
import { type Candidate, choose } from "../../../src/core/routing/balance.ts";
import { createDraw } from "../../conformance/faults/draws.ts";
import { callerOf, factsOf, NOW, target } from "./routing-fixtures.ts";
import { SettableView } from "./settable-view.ts";

const KEYS = 100_000;
const BY_HEADER = { kind: "hash", by: { kind: "header", name: "x-session" } } as const;

function candidates(count: number, weightOf: (index: number) => number = () => 1): readonly Candidate[] {
  return Array.from({ length: count }, (_, index) => {
    const weight = weightOf(index);
    return { target: target(`pool-${index}/llama-3-8b`, { weight }), weight };
  });
}

const noDraw = () => expect.fail("A hash needs no draw.");

/** The label of the target that a key gets. */
function targetOf(key: string, list: readonly Candidate[], view = new SettableView()): string {
  const facts = factsOf({ headers: new Map([["x-session", key]]) });
  return list[choose(BY_HEADER, list, { facts, view, now: NOW, draw: noDraw })]?.target.label ?? "nobody";
}

const keys = Array.from({ length: KEYS }, (_, index) => `session-${index}`);

describe("a key", () => {
  it("gets the same target in every isolate and in any order of the list", () => {
    const list = candidates(5);
    for (const key of keys.slice(0, 1_000)) expect(targetOf(key, list.toReversed())).toBe(targetOf(key, list));
  });

  it("gets the target it got before a restart or another version", () => {
    const pinned = ["a", "session-1", "session-2", "日本", ""].map((key) => targetOf(key, candidates(5)));
    expect(pinned).toEqual([
      "pool-0/llama-3-8b",
      "pool-1/llama-3-8b",
      "pool-0/llama-3-8b",
      "pool-3/llama-3-8b",
      "pool-3/llama-3-8b",
    ]);
  });

  it("is one consumer's alone, so that what two consumers call alike is spread", () => {
    const list = candidates(10);
    const of = (consumer: string) => {
      const facts = factsOf({ headers: new Map([["x-session", "1"]]), caller: callerOf({ consumer }) });
      return choose(BY_HEADER, list, { facts, view: new SettableView(), now: NOW, draw: () => 0 });
    };
    expect(new Set(Array.from({ length: 200 }, (_, index) => of(`app-${index}`))).size).toBe(10);
  });
});

describe.each([3, 5, 10, 16])("of %d targets", (count) => {
  const list = candidates(count);
  const before = keys.map((key) => targetOf(key, list));

  it("one more moves at most 1.25/n of the keys, and those to it", () => {
    const grown = candidates(count + 1);
    const added = grown.at(-1)?.target.label;
    const moved = keys.map((key) => targetOf(key, grown)).filter((label, index) => label !== before[index]);
    expect(new Set(moved)).toEqual(new Set([added]));
    expect(moved.length / KEYS).toBeLessThanOrEqual(1.25 / count);
  });

  it("one less moves at most 1.25/n of the keys, and only its own", () => {
    const removed = list[0]?.target.label;
    const after = keys.map((key) => targetOf(key, list.slice(1)));
    const moved = before.filter((label, index) => label !== after[index]);
    expect(new Set(moved)).toEqual(new Set([removed]));
    expect(moved.length / KEYS).toBeLessThanOrEqual(1.25 / count);
  });

  it("every one gets its share", () => {
    const counts = Map.groupBy(before, (label) => label);
    for (const { target: each } of list) {
      const share = (counts.get(each.label)?.length ?? 0) / KEYS;
      expect(Math.abs(share * count - 1)).toBeLessThan(0.05);
    }
  });
});

it("respects weights", () => {
  const list = candidates(4, (index) => [1, 2, 3, 10][index] ?? 1);
  const counts = Map.groupBy(
    keys.map((key) => targetOf(key, list)),
    (label) => label,
  );
  const shares = list.map(({ target: each }) => (counts.get(each.label)?.length ?? 0) / KEYS);
  for (const [index, weight] of [1, 2, 3, 10].entries()) expect(Math.abs((shares[index] ?? 0) * 16 - weight)).toBeLessThan(0.3);
});

/** Requests in flight at each target after `requests` of the same key came and none ended. */
function pileUp(list: readonly Candidate[], requests: number): readonly number[] {
  const view = new SettableView();
  for (let request = 0; request < requests; request += 1) {
    const label = targetOf("hot", list, view);
    view.set(label, { inFlight: view.inFlight(`default/${label}`) + 1 });
  }
  return list.map(({ target: each }) => view.inFlight(each.id));
}

describe("one hot key", () => {
  it("stays together while it is no load", () => {
    expect(pileUp(candidates(5), 4).filter((count) => count > 0)).toEqual([4]);
  });

  it.each([5, 40, 400])("loads no target with more than 1.25 of its share of %d requests, and the floor", (requests) => {
    for (const list of [candidates(2), candidates(5), candidates(4, (index) => index + 1)]) {
      const total = list.reduce((sum, { weight }) => sum + weight, 0);
      const counts = pileUp(list, requests);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(requests);
      for (const [index, { weight }] of list.entries()) {
        expect(counts[index]).toBeLessThanOrEqual(Math.max(4, Math.ceil((1.25 * requests * weight) / total)));
      }
    }
  });

  it("goes back to its target once there is room again", () => {
    const list = candidates(5);
    const home = targetOf("hot", list);
    const view = new SettableView().set(home, { inFlight: 50 });
    expect(targetOf("hot", list, view)).not.toBe(home);
    expect(targetOf("hot", list, view.set(home, { inFlight: 0 }))).toBe(home);
  });
});

it("spreads load that comes and goes within its bound", () => {
  const draw = createDraw(3);
  const list = candidates(5);
  const view = new SettableView();
  const open: string[] = [];
  for (let turn = 0; turn < 5_000; turn += 1) {
    const label = targetOf(draw() < 0.7 ? "hot" : `cold-${Math.floor(draw() * 100)}`, list, view);
    open.push(label);
    view.set(label, { inFlight: view.inFlight(`default/${label}`) + 1 });
    expect(view.inFlight(`default/${label}`)).toBeLessThanOrEqual(Math.max(4, Math.ceil((1.25 * open.length) / 5)));
    while (open.length > 60) {
      const [left = ""] = open.splice(Math.floor(draw() * open.length), 1);
      view.set(left, { inFlight: view.inFlight(`default/${left}`) - 1 });
    }
  }
});
