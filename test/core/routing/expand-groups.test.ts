import { describe, expect, it } from "vitest";
import type { CompiledLocality } from "../../../src/core/policy/compiled.ts";
import type { LinkedGroup, LinkedRoute, RuleSet } from "../../../src/core/policy/linked.ts";
import { factsOf, groupOf, orderOf, routeOf, target } from "./routing-fixtures.ts";
import { SettableView } from "./settable-view.ts";

/** One rule that always applies. */
function rulesFor(route: LinkedRoute): RuleSet {
  return { rules: [{ id: route.id, matches: [], splitBy: null, variants: [{ below: 1, route }] }], limits: [], shadows: [] };
}

const other = (model: string): LinkedGroup => ({ kind: "model", name: `to-${model}`, model });
const only = (label: string): LinkedGroup => groupOf([target(label)]);

/** Virtual models by name, each with its groups. */
function worldOf(models: Readonly<Record<string, readonly LinkedGroup[]>>) {
  return { rulesOf: (model: string) => (models[model] === undefined ? null : rulesFor(routeOf(models[model]))) };
}

const place = (jurisdiction: string | null) => ({ region: null, zone: null, jurisdiction });

describe("a group that names another virtual model", () => {
  it("stands for that model's groups, where it stands", () => {
    const world = worldOf({ fast: [only("f/one"), only("f/two")] });
    expect(orderOf(routeOf([only("a/one"), other("fast"), only("z/last")]), world)).toEqual([
      "a/one",
      "f/one",
      "f/two",
      "z/last",
    ]);
  });

  it("goes on through others, in any depth", () => {
    const chain = Array.from({ length: 40 }, (_, depth) => [`m${depth}`, [only(`p/${depth}`), other(`m${depth + 1}`)]] as const);
    const world = worldOf(Object.fromEntries(chain));
    expect(orderOf(routeOf([other("m0")]), world)).toEqual(chain.map((_, depth) => `p/${depth}`));
  });

  it("gives nothing where nobody serves the model or none of its rules matches", () => {
    const never = [[{ holds: () => false, describe: () => "" }]];
    const unmatched = {
      ...rulesFor(routeOf([only("f/one")])),
      rules: [{ id: "r", matches: never, splitBy: null, variants: [] }],
    };
    expect(orderOf(routeOf([other("nobody"), only("a/one")]))).toEqual(["a/one"]);
    expect(orderOf(routeOf([other("fast"), only("a/one")]), { rulesOf: () => unmatched })).toEqual(["a/one"]);
  });

  it.each([
    ["to itself", { a: Array.from({ length: 8 }, () => other("a")) }],
    ["of two", { a: [other("b"), only("a/one"), other("b")], b: [other("a"), only("b/one"), other("a")] }],
  ])("ends in a loop %s that got past the compiler", (_, models: Readonly<Record<string, readonly LinkedGroup[]>>) => {
    expect(orderOf(routeOf([other("a"), only("z/last")]), worldOf(models)).at(-1)).toBe("z/last");
  });

  it("ends where every model leads to the next one eight times", () => {
    const eight = (depth: number) => Array.from({ length: 8 }, () => other(`m${depth + 1}`));
    const chain = Array.from({ length: 20 }, (_, depth) => [`m${depth}`, eight(depth)] as const);
    const world = worldOf({ ...Object.fromEntries(chain), m20: [only("p/end")] });
    expect(orderOf(routeOf([other("m0")]), world)).toEqual(["p/end"]);
  });

  it("keeps what the rule that names it demands: its jurisdictions and its capabilities", () => {
    const targets = [
      target("us/one", { location: place("US") }),
      target("eu/blind", { location: place("EU"), capabilities: new Set(["tools"]) }),
      target("eu/sees", { location: place("EU"), capabilities: new Set(["vision"]) }),
      target("eu/unknown", { location: place("EU") }),
      target("no/where"),
    ];
    const world = worldOf({ all: targets.map((each) => groupOf([each])), deep: [other("all")] });
    const demanding = {
      locality: { prefer: null, spill: "when-busy", jurisdictions: ["EU"] },
      require: ["vision"],
    } as const;
    expect(orderOf(routeOf([other("deep")], demanding), world)).toEqual(["eu/sees", "eu/unknown"]);
    const view = targets.reduce((ill, { label }) => ill.set(label, { standing: "ejected" }), new SettableView());
    expect(orderOf(routeOf([other("deep")], demanding), { ...world, view }).toSorted()).toEqual(["eu/sees", "eu/unknown"]);
  });
});

const placed = (label: string, region: string | null, zone: string | null) =>
  target(label, { location: { region, zone, jurisdiction: null } });

describe("locality", () => {
  const targets = [
    placed("p/far", "us", "us-1"),
    placed("p/unknown", null, null),
    placed("p/region", "eu", "eu-2"),
    placed("p/zone", "eu", "eu-1"),
  ];
  const lower = groupOf([placed("z/lower", "eu", "eu-1")]);
  const facts = factsOf({ place: { region: "eu", zone: "eu-1" } });
  const ordered = (
    locality: Partial<CompiledLocality>,
    detail: Parameters<typeof orderOf>[1] = {},
    draw = 0,
  ): readonly string[] =>
    orderOf(
      routeOf([groupOf(targets), lower], { locality: { prefer: null, spill: "when-busy", jurisdictions: [], ...locality } }),
      { facts, draw: () => draw, ...detail },
    );

  it("does not matter where the rule or the request names no place", () => {
    const asWritten = ["p/far", "p/unknown", "p/region", "p/zone", "z/lower"];
    expect(ordered({})).toEqual(asWritten);
    expect(ordered({ prefer: "zone" }, { facts: factsOf() })).toEqual(asWritten);
  });

  it("asks the near ones first, whatever the draw, and the lower group last", () => {
    for (const draw of [0, 0.5, 0.99]) {
      expect(ordered({ prefer: "region" }, {}, draw).slice(0, 2).toSorted()).toEqual(["p/region", "p/zone"]);
      expect(ordered({ prefer: "zone" }, {}, draw).slice(0, 2)).toEqual(["p/zone", "p/region"]);
      expect(ordered({ prefer: "zone" }, {}, draw).at(-1)).toBe("z/lower");
    }
  });

  const near = { standing: "ejected" } as const;
  const busy = { isFull: true } as const;
  it.each([
    ["never", {}, ["p/zone", "z/lower"]],
    ["never", near, ["z/lower"]],
    ["never", busy, ["z/lower"]],
    ["when-unavailable", {}, ["p/zone", "p/region", "p/far", "p/unknown", "z/lower"]],
    ["when-unavailable", near, ["p/region", "p/far", "p/unknown", "z/lower"]],
    ["when-unavailable", busy, ["z/lower"]],
    ["when-busy", near, ["p/region", "p/far", "p/unknown", "z/lower"]],
    ["when-busy", busy, ["p/region", "p/far", "p/unknown", "z/lower"]],
  ] as const)("spills %s, the near one being %j, to %j", (spill, health, order) => {
    const view = new SettableView().set("p/zone", health);
    expect(ordered({ prefer: "zone", spill }, { view })).toEqual(order);
  });

  it("asks nobody of a group none of whose targets is near, where it never spills", () => {
    const elsewhere = factsOf({ place: { region: "ap", zone: null } });
    expect(ordered({ prefer: "region", spill: "never" }, { facts: elsewhere })).toEqual([]);
  });
});
