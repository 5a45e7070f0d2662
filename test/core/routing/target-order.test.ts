import { describe, expect, it } from "vitest";
import type { LinkedTarget } from "../../../src/core/policy/linked.ts";
import { TargetOrder } from "../../../src/core/routing/target-order.ts";
import { Trace } from "../../../src/core/routing/trace.ts";
import { createDraw } from "../../conformance/faults/draws.ts";
import { groupOf, orderOf, routeInOrder, routeOf, sequencingOf, target } from "./routing-fixtures.ts";
import { SettableView } from "./settable-view.ts";

const heavy = target("a/heavy", { weight: 3 });
const light = target("a/light", { weight: 1 });
const reserve = target("b/reserve");

it("asks group by group and every target once", () => {
  const draw = createDraw(7);
  for (let turn = 0; turn < 100; turn += 1) {
    const order = orderOf(routeOf([groupOf([heavy, light]), groupOf([reserve])]), { draw });
    expect(order[2]).toBe("b/reserve");
    expect(order.toSorted()).toEqual(["a/heavy", "a/light", "b/reserve"]);
  }
});

it("shares the first place by weight", () => {
  const draw = createDraw(11);
  const first = Array.from({ length: 10_000 }, () => orderOf(routeOf([groupOf([light, heavy])]), { draw })[0]);
  expect(first.filter((label) => label === "a/heavy").length / first.length).toBeCloseTo(0.75, 1);
});

describe("at the ends of the draw", () => {
  it.each([
    [0, ["a/heavy", "a/light"]],
    [0.749, ["a/heavy", "a/light"]],
    [0.75, ["a/light", "a/heavy"]],
    [1 - Number.EPSILON, ["a/light", "a/heavy"]],
  ])("%d gives %j", (value, order) => {
    expect(orderOf(routeOf([groupOf([heavy, light])]), { draw: () => value })).toEqual(order);
  });
});

const noDraw = () => expect.fail("No draw is needed.");

it("needs no draw where there is nothing to choose", () => {
  expect(orderOf(routeInOrder([heavy, reserve]), { draw: noDraw })).toEqual(["a/heavy", "b/reserve"]);
});

it("has nothing to ask when every target was left out", () => {
  expect(orderOf(routeOf([]))).toEqual([]);
});

it("asks a target that stands in two groups once, where it stands first", () => {
  expect(orderOf(routeInOrder([heavy, reserve, heavy, light, reserve]))).toEqual(["a/heavy", "b/reserve", "a/light"]);
});

it("lets a target that is just back in take a share that grows", () => {
  const draw = createDraw(13);
  const share = (slowStart: number): number => {
    const view = new SettableView().set("a/light", { slowStart });
    const route = routeOf([groupOf([target("a/light"), reserve])]);
    const first = Array.from({ length: 20_000 }, () => orderOf(route, { draw, view })[0]);
    return first.filter((label) => label === "a/light").length / first.length;
  };
  expect(share(0.1)).toBeCloseTo(0.1 / 1.1, 1);
  expect(share(0.5)).toBeCloseTo(0.5 / 1.5, 1);
  expect(share(1)).toBeCloseTo(0.5, 1);
});

it("says of every target why it is asked or passed over", () => {
  const trace = new Trace();
  const view = new SettableView().set("a/heavy", { standing: "ejected" }).set("a/light", { isFull: true });
  orderOf(routeOf([groupOf([heavy, light, reserve])]), { view, trace });
  expect(trace.steps.map(({ subject, verdict }) => `${subject} ${verdict}`)).toEqual([
    "group group taken",
    "target a/heavy passed over",
    "target a/light passed over",
    "target b/reserve taken",
    "target a/heavy taken",
  ]);
});

/** Groups of some of eight targets, most of them in several groups, each target in any state. */
function anyRoute(draw: () => number) {
  const pick = <Item>(items: readonly [Item, ...(readonly Item[])]): Item => items[Math.floor(draw() * items.length)] ?? items[0];
  const view = new SettableView();
  const targets = Array.from({ length: 8 }, (_, index): LinkedTarget => {
    const label = `p/${index}`;
    view.set(label, { standing: pick(["ready", "ready", "ejected", "half-open"] as const), isFull: draw() < 0.2 });
    if (draw() < 0.1) view.block(`default/${label}#only`, Number.POSITIVE_INFINITY);
    return target(label, { weight: 1 + Math.floor(draw() * 5), location: { ...HERE, region: pick(["here", "far"]) } });
  });
  const groups = Array.from({ length: 1 + Math.floor(draw() * 4) }, () => groupOf(targets.filter(() => draw() < 0.4)));
  const prefer = pick([null, "region"] as const);
  const spill = pick(["never", "when-unavailable", "when-busy"] as const);
  return { route: routeOf(groups, { locality: { prefer, spill, jurisdictions: [] } }), view };
}

const HERE = { region: "here", zone: null, jurisdiction: null };

it.each([1, 2, 3])("counts exactly those that are then given, but for probes when nobody else is left (seed %d)", (seed) => {
  const draw = createDraw(seed);
  const seen = { none: 0, some: 0, probe: 0 };
  for (let round = 0; round < 1_000; round += 1) {
    const { route, view } = anyRoute(draw);
    const facts = { ...sequencingOf().facts, place: HERE };
    const order = new TargetOrder(route, sequencingOf({ view, draw, facts }));
    for (let next = order.next(); next !== null;) {
      const most = Math.floor(draw() * 5);
      const counted = order.countRemaining(32);
      expect(order.countRemaining(most)).toBe(Math.min(most, counted));
      next = order.next();
      seen[next === null ? "none" : counted > 0 ? "some" : "probe"] += 1;
      expect(order.countRemaining(32), `round ${round}`).toBe(Math.max(0, counted - 1));
      if (counted > 0) expect(next, `round ${round}`).not.toBeNull();
      else if (next !== null) expect(view.standing(next.id), `round ${round}`).toBe("half-open");
    }
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(100);
});

it.each([4, 5])("loses nobody who is ready, and asks nobody twice (seed %d)", (seed) => {
  const draw = createDraw(seed);
  for (let round = 0; round < 1_000; round += 1) {
    const { route, view } = anyRoute(draw);
    const order = orderOf(route, { view, draw });
    expect(new Set(order).size).toBe(order.length);
    const isReady = ({ id, label }: LinkedTarget): boolean =>
      view.standing(id) === "ready" && view.hasRoom(id) && view.blockedUntil(id, `default/${label}#only`) === 0;
    const ready = route.targets.filter(isReady).map(({ label }) => label);
    expect(order).toEqual(expect.arrayContaining(ready));
  }
});
