import { describe, expect, it } from "vitest";
import { changeControl, type ControlChange, INITIAL_CONTROL, type Kill } from "../../../src/core/control/control-state.ts";
import { after, BASE, digestOf, start } from "./control-fixtures.ts";

const promote: ControlChange = { action: "promote", base: BASE };
const rollback: ControlChange = { action: "rollback", base: BASE };
const generation = (character: string, number: number) => ({ epoch: 1, generation: number, digest: digestOf(character) });

interface Expected {
  readonly head: unknown;
  readonly history: readonly unknown[];
}
type Row = readonly [what: string, changes: readonly ControlChange[], expected: Expected];
const ROWS: readonly Row[] = [
  ["nothing", [], { head: { base: "", stable: null, canary: null }, history: [] }],
  ["a start", [start("1")], { head: { base: BASE, stable: null, canary: { ...generation("1", 2), share: 0.1 } }, history: [] }],
  [
    "another share",
    [start("1"), { action: "share", base: BASE, share: 0.5 }],
    { head: { base: BASE, stable: null, canary: { ...generation("1", 2), share: 0.5 } }, history: [] },
  ],
  ["a promotion", [start("1"), promote], { head: { base: BASE, stable: generation("1", 2), canary: null }, history: [null] }],
  ["a canary rolled back", [start("1"), rollback], { head: { base: BASE, stable: null, canary: null }, history: [] }],
  [
    "a second promotion",
    [start("1"), promote, start("2"), promote],
    { head: { base: BASE, stable: generation("2", 3), canary: null }, history: [generation("1", 2), null] },
  ],
  [
    "a canary rolled back onto an earlier one",
    [start("1"), promote, start("2"), rollback],
    { head: { base: BASE, stable: generation("1", 2), canary: null }, history: [null] },
  ],
  [
    "a rollback, which is a new generation of what was before",
    [start("1"), promote, start("2"), promote, rollback],
    { head: { base: BASE, stable: generation("1", 4), canary: null }, history: [null] },
  ],
  [
    "a rollback to what the Worker was built with",
    [start("1"), promote, rollback],
    { head: { base: BASE, stable: null, canary: null }, history: [] },
  ],
  [
    "the same policy tried once more",
    [start("1"), rollback, start("1")],
    { head: { base: BASE, stable: null, canary: { ...generation("1", 3), share: 0.1 } }, history: [] },
  ],
  [
    "a start of another build, for which nothing of before counts",
    [start("1"), promote, start("2"), start("3", 0.2, digestOf("c"))],
    { head: { base: digestOf("c"), stable: null, canary: { ...generation("3", 4), share: 0.2 } }, history: [] },
  ],
];

describe("the head and its history", () => {
  it.each(ROWS)("after %s", (_, changes, expected) => {
    expect(after(...changes)).toMatchObject({ ...expected, revision: changes.length });
  });

  it("number every generation once, also across builds and rollbacks", () => {
    const state = after(start("1"), promote, start("2"), promote, rollback, start("3"), rollback, start("4", 1, digestOf("c")));
    expect(state.newest).toBe(6);
    expect(state.head.canary?.generation).toBe(6);
  });

  it("keep the last ten generations to go back to", () => {
    const changes = Array.from({ length: 15 }, (_, index) => [start(index.toString(16)), promote]).flat();
    const { head, history } = after(...changes);
    expect(head.stable).toEqual(generation("e", 16));
    expect(history).toEqual(Array.from({ length: 10 }, (_, index) => generation((13 - index).toString(16), 15 - index)));
  });
});

describe("is refused:", () => {
  const rows: readonly (readonly [
    string,
    { readonly before: readonly ControlChange[]; readonly change: ControlChange },
    RegExp,
  ])[] = [
    ["a second rollout beside the first", { before: [start("1")], change: start("2") }, /under way/],
    ["what is live already", { before: [start("1"), promote], change: start("1") }, /live already/],
    [
      "what the Worker was built with, while it is live",
      { before: [], change: { ...start("1"), digest: BASE } as ControlChange },
      /live already/,
    ],
    ["another share of nothing", { before: [], change: { action: "share", base: BASE, share: 0.5 } }, /No rollout/],
    ["a promotion of nothing", { before: [start("1"), rollback], change: promote }, /No rollout/],
    ["a rollback to nothing", { before: [], change: rollback }, /no earlier generation/],
    ["a rollback beyond the first", { before: [start("1"), promote, rollback], change: rollback }, /no earlier generation/],
    ["a lift of what is on", { before: [], change: { action: "lift", kind: "model", id: "default/chat" } }, /not switched off/],
  ];
  it.each(rows)("%s", (_, { before, change }, message) => {
    const state = after(...before);
    expect(changeControl(state, change)).toEqual({
      kind: "refused",
      reason: "conflict",
      message: expect.stringMatching(message),
    });
  });

  it("more than a thousand things switched off, though not one of them once more", () => {
    const kills = Array.from({ length: 1_000 }, (_, index): Kill => killOf("model", `default/m${index}`));
    const full = { ...INITIAL_CONTROL, kills };
    expect(changeControl(full, { action: "kill", kill: killOf("model", "default/other") }).kind).toBe("refused");
    expect(changeControl(full, { action: "kill", kill: killOf("model", "default/m7") }).kind).toBe("changed");
  });
});

function killOf(kind: Kill["kind"], id: string, reason = "An incident."): Kill {
  return { kind, id, reason, at: 1_790_000_000_000 };
}

const kill = (entry: Kill): ControlChange => ({ action: "kill", kill: entry });

describe("what is switched off", () => {
  it("stays so through rollouts, until it is lifted", () => {
    const entry = killOf("target", "default/openai/gpt-4o");
    expect(after(kill(entry), start("1"), promote, rollback).kills).toEqual([entry]);
    expect(after(kill(entry), { action: "lift", kind: "target", id: entry.id }).kills).toEqual([]);
  });

  it("is listed once, with the last reason, and kinds do not share names", () => {
    const [first, again] = [killOf("model", "default/x"), killOf("model", "default/x", "Still ill.")];
    const caller = killOf("caller", "default/x");
    expect(after(kill(first), kill(caller), kill(again)).kills).toEqual([caller, again]);
    expect(after(kill(first), kill(caller), { action: "lift", kind: "model", id: "default/x" }).kills).toEqual([caller]);
  });
});

describe("an approval", () => {
  const begun = startedByAlice("1");

  it("keeps who began", () => {
    expect(after(begun, shareBy("bob")).head.canary).toMatchObject({ by: "alice", share: 0.5 });
  });

  it.each(["share", "promote"] as const)("by who began does not let it %s where it takes two", (action) => {
    const goOn = (by: string | null) =>
      changeControl(after(begun), { action, base: BASE, share: 1, approval: { by, digest: digestOf("1") } });
    expect(goOn("alice")).toMatchObject({ kind: "refused", reason: "forbidden" });
    expect([goOn("bob").kind, goOn(null).kind]).toEqual(["changed", "changed"]);
  });

  it("of what was replaced meanwhile is none of what came in its place", () => {
    const replaced = after(begun, rollback, startedByAlice("2"));
    expect(changeControl(replaced, shareBy("bob"))).toMatchObject({ kind: "refused", reason: "conflict" });
    expect(changeControl(replaced, shareBy("bob", digestOf("2"))).kind).toBe("changed");
  });
});

function startedByAlice(character: string): ControlChange {
  return { action: "start", base: BASE, digest: digestOf(character), share: 0, by: "alice" };
}

function shareBy(by: string, digest = digestOf("1")): ControlChange {
  return { action: "share", base: BASE, share: 0.5, approval: { by, digest } };
}

const purge = (tenant: string, at: number): ControlChange => ({ action: "purge", purged: { tenant, at } });

describe("what is purged", () => {
  it("stays so, and a tenant's later purge is the one that counts", () => {
    const state = after(purge("a", 10), purge("b", 20), purge("a", 30), purge("a", 5), start("1"), promote, rollback);
    expect(state.purges).toEqual([
      { tenant: "b", at: 20 },
      { tenant: "a", at: 30 },
    ]);
  });

  it("is everybody's where there would be more than a thousand", () => {
    const many = Array.from({ length: 1_001 }, (_, index) => purge(`t${index}`, index));
    expect(after(...many.slice(1)).purges).toHaveLength(1_000);
    expect(after(...many).purges).toEqual([{ tenant: "", at: 1_000 }]);
  });
});
