import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ControlState } from "../../../src/core/control/control-state.ts";
import { KILL_KINDS } from "../../../src/core/control/control-state.ts";
import { decodeControl, decodeKill, isShare } from "../../../src/core/control/decode-control.ts";
import { after, BASE, start } from "./control-fixtures.ts";

const SETTINGS = { seed: 20_261_124, numRuns: 300 };

const count = fc.nat();
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const ref = fc.record({ epoch: count, generation: count, digest });
const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0); // JSON knows no -0
const canary = fc.record(
  { epoch: count, generation: count, digest, share, by: fc.string() },
  { requiredKeys: ["epoch", "generation", "digest", "share"] },
);
const kill = fc.record({
  kind: fc.constantFrom(...KILL_KINDS),
  id: fc.string({ minLength: 1, maxLength: 512 }),
  reason: fc.string({ maxLength: 512 }),
  at: count,
});
const state: fc.Arbitrary<ControlState> = fc.record({
  revision: count,
  head: fc.record({ base: fc.string(), stable: fc.option(ref), canary: fc.option(canary) }),
  history: fc.array(fc.option(ref), { maxLength: 10 }),
  newest: count,
  kills: fc.array(kill, { maxLength: 5 }),
  purges: fc.array(fc.record({ tenant: fc.string({ maxLength: 512 }), at: count }), { maxLength: 5 }),
});

it("reads back what was written", () => {
  fc.assert(
    fc.property(state, (each) => {
      expect(decodeControl(JSON.parse(JSON.stringify(each)))).toEqual(each);
    }),
    SETTINGS,
  );
});

it("never throws, whatever it is given", () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.jsonValue()), (value) => {
      expect(() => decodeControl(value)).not.toThrow();
    }),
    SETTINGS,
  );
});

it("gives a whole state or none, whatever one field holds", () => {
  const whole = after(start("1"), { action: "promote", base: BASE }, start("2"));
  fc.assert(
    fc.property(fc.constantFrom("revision", "head", "history", "newest", "kills", "purges"), fc.jsonValue(), (field, value) => {
      const read = decodeControl({ ...whole, [field]: value });
      if (read !== null) expect(read).toEqual({ ...whole, [field]: value });
    }),
    SETTINGS,
  );
});

it("reads what was written before there were purges", () => {
  const { purges, ...earlier } = after(start("1"));
  expect(decodeControl(earlier)).toEqual({ ...earlier, purges });
});

describe("refuses", () => {
  const good = JSON.parse(JSON.stringify(after(start("1"), { action: "promote", base: BASE }, start("2"))));
  const kills = [{ kind: "model", id: "default/chat", reason: "", at: 1 }];
  const ROWS: readonly (readonly [string, unknown])[] = [
    ["nothing", null],
    ["text", "{}"],
    ["a list", [good]],
    ["an empty object", {}],
    ["a revision below zero", { ...good, revision: -1 }],
    ["half a generation", { ...good, newest: 1.5 }],
    ["a generation beyond safe numbers", { ...good, newest: 2 ** 60 }],
    ["no head", { ...good, head: null }],
    ["a head without a base", { ...good, head: { ...good.head, base: undefined } }],
    ["a head that does not say what is stable", { ...good, head: { base: "", canary: null } }],
    ["a digest in capitals", { ...good, head: { ...good.head, stable: { ...good.head.stable, digest: "A".repeat(64) } } }],
    ["a digest that is a path", { ...good, head: { ...good.head, stable: { ...good.head.stable, digest: "../secret" } } }],
    ["a share above one", { ...good, head: { ...good.head, canary: { ...good.head.canary, share: 1.1 } } }],
    ["a share that is text", { ...good, head: { ...good.head, canary: { ...good.head.canary, share: "0.1" } } }],
    ["a history that is none", { ...good, history: {} }],
    ["a history with a hole", { ...good, history: [null, {}] }],
    ["kills that are none", { ...good, kills: "all" }],
    ["a kill of an unknown kind", { ...good, kills: [{ ...kills[0], kind: "everything" }] }],
    ["purges that are none", { ...good, purges: {} }],
    ["a purge of nobody", { ...good, purges: [{ at: 1 }] }],
    ["a purge at no time", { ...good, purges: [{ tenant: "default", at: "now" }] }],
    ["a kill of nothing", { ...good, kills: [{ ...kills[0], id: "" }] }],
  ];
  it.each(ROWS)("%s", (_, value) => {
    expect(decodeControl(good)).toEqual(good);
    expect(decodeControl({ ...good, kills })).toEqual({ ...good, kills });
    expect(decodeControl(value)).toBeNull();
  });

  it("kills with names and reasons that have no end, or no time", () => {
    const [entry] = kills;
    expect(decodeKill({ ...entry, id: "x".repeat(513) })).toBeNull();
    expect(decodeKill({ ...entry, reason: "x".repeat(513) })).toBeNull();
    expect(decodeKill({ ...entry, at: Number.NaN })).toBeNull();
    expect(decodeKill({ ...entry, more: 1 })).toEqual(entry);
  });

  it("shares that are none", () => {
    expect([0, 0.5, 1].every(isShare)).toBe(true);
    expect([-0.1, 1.1, Number.NaN, "1", null].some(isShare)).toBe(false);
  });
});
