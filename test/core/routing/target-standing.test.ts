import { describe, expect, it } from "vitest";
import type { LinkedRoute } from "../../../src/core/policy/linked.ts";
import { TargetOrder } from "../../../src/core/routing/target-order.ts";
import { type Kills, NO_KILLS } from "../../../src/core/routing/target-view.ts";
import { createDraw } from "../../conformance/faults/draws.ts";
import { credential, groupOf, NOW, orderOf, priceOf, routeInOrder, routeOf, sequencingOf, target } from "./routing-fixtures.ts";
import { SettableView } from "./settable-view.ts";

const [one, two, three] = [target("a/one"), target("a/two"), target("a/three")];
const below = target("b/below");

const ejected = (...labels: readonly string[]): SettableView =>
  labels.reduce((view, label) => view.set(label, { standing: "ejected" }), new SettableView());

/** How often each target is asked first. */
function firsts(route: LinkedRoute, view: SettableView, turns = 20_000): Readonly<Record<string, number>> {
  const draw = createDraw(17);
  const counts: Record<string, number> = {};
  for (let turn = 0; turn < turns; turn += 1) {
    const label = new TargetOrder(route, sequencingOf({ view, draw })).next()?.label ?? "nobody";
    counts[label] = (counts[label] ?? 0) + 1 / turns;
  }
  return counts;
}

/** Why there is nobody to ask. */
function noTargetOf(route: LinkedRoute, detail: Parameters<typeof sequencingOf>[0]) {
  const order = new TargetOrder(route, sequencingOf(detail));
  expect(order.next()).toBeNull();
  return order.noTarget;
}

describe("a target out of rotation", () => {
  it("is passed over while another one is ready", () => {
    expect(orderOf(routeInOrder([one, two, three]), { view: ejected("a/one", "a/three") })).toEqual(["a/two"]);
  });

  it("gives way to a lower group, whose last healthy target is never lost", () => {
    expect(orderOf(routeOf([groupOf([one, two]), groupOf([below])]), { view: ejected("a/one", "a/two") })).toEqual(["b/below"]);
  });

  it("is asked all the same when everybody is", () => {
    const view = ejected("a/one", "a/two", "b/below");
    const order = orderOf(routeOf([groupOf([one, two]), groupOf([below])]), { view });
    expect(order.toSorted()).toEqual(["a/one", "a/two", "b/below"]);
  });

  it("is not asked when others are throttled, full or switched off: nothing was tried, but it is all there is", () => {
    const view = ejected("a/one").set("a/two", { isFull: true });
    expect(orderOf(routeInOrder([one, two]), { view })).toEqual(["a/one"]);
  });
});

describe("a group of which less than half is healthy", () => {
  const third = routeOf([groupOf([one, two, three])]);

  it("lets ejected targets have a tenth of their weight, where it is the last one", () => {
    const counts = firsts(third, ejected("a/two", "a/three"));
    expect(counts["a/one"]).toBeCloseTo(1 / 1.2, 1);
    expect(counts["a/two"]).toBeCloseTo(0.1 / 1.2, 1);
    expect(counts["a/three"]).toBeCloseTo(0.1 / 1.2, 1);
  });

  it("gives them nothing while half of its weight is healthy", () => {
    expect(firsts(routeOf([groupOf([one, two])]), ejected("a/two"))).toEqual({ "a/one": expect.closeTo(1) });
    const heavy = routeOf([groupOf([target("a/one", { weight: 2 }), two, three])]);
    expect(firsts(heavy, ejected("a/two", "a/three"))).toEqual({ "a/one": expect.closeTo(1) });
  });

  it("gives them nothing where a lower group can answer", () => {
    const order = orderOf(routeOf([groupOf([one, two, three]), groupOf([below])]), { view: ejected("a/two", "a/three") });
    expect(order).toEqual(["a/one", "b/below"]);
  });

  it("is the last one, too, where those after it only name its own targets again", () => {
    const route = routeOf([groupOf([one, two, three]), groupOf([two, three])]);
    expect(firsts(route, ejected("a/two", "a/three"))["a/one"]).toBeCloseTo(1 / 1.2, 1);
  });

  it("does not send everybody to an ejected target that its balance likes best", () => {
    const [cheap, dear, other] = [
      target("a/cheap", { price: priceOf(1) }),
      target("a/dear", { price: priceOf(9) }),
      target("a/other", { price: priceOf(9) }),
    ];
    const balance = {
      kind: "least-cost",
      maxInputMicroUsdPerMillion: null,
      maxOutputMicroUsdPerMillion: null,
      minTokensPerSecond: null,
      maxTtftMs: { p50: null, p90: null, p99: null },
    } as const;
    const counts = firsts(routeOf([groupOf([cheap, dear, other], { balance })]), ejected("a/cheap", "a/other"));
    expect(counts["a/dear"]).toBeCloseTo(1 / 1.2, 1);
    expect(counts["a/cheap"]).toBeCloseTo(0.2 / 1.2, 1);
  });
});

const halfOpen = () => new SettableView().set("a/one", { standing: "half-open" });

describe("a half-open target", () => {
  it("is probed first, with one that can answer behind it", () => {
    expect(orderOf(routeOf([groupOf([one]), groupOf([two])]), { view: halfOpen() })).toEqual(["a/one", "a/two"]);
    expect(orderOf(routeOf([groupOf([two, one])]), { view: halfOpen() })).toEqual(["a/one", "a/two"]);
  });

  it("is not probed without a fallback, but asked when there is nobody else", () => {
    const refusing = halfOpen();
    refusing.tryProbe = () => expect.fail("No permit is taken.");
    expect(orderOf(routeInOrder([one]), { view: refusing })).toEqual(["a/one"]);
    refusing.set("a/two", { standing: "ejected" });
    expect(orderOf(routeInOrder([one, two]), { view: refusing }).toSorted()).toEqual(["a/one", "a/two"]);
  });

  it("is probed when all that are ready have failed, not before", () => {
    expect(orderOf(routeInOrder([two, one, below]), { view: halfOpen() })).toEqual(["a/two", "b/below", "a/one"]);
    const order = new TargetOrder(routeInOrder([two, one]), sequencingOf({ view: halfOpen() }));
    expect(order.next()).toBe(two);
    expect(order.countRemaining(9)).toBe(0);
  });

  it("is not probed when no permit is left, or by what is only thought through", () => {
    const spent = halfOpen().set("a/one", { mayProbe: false });
    expect(orderOf(routeInOrder([one, two]), { view: spent })).toEqual(["a/two"]);
    expect(orderOf(routeInOrder([two, one]), { view: spent })).toEqual(["a/two"]);
    expect(orderOf(routeInOrder([two, one]), { view: halfOpen(), mayProbe: false })).toEqual(["a/two"]);
    expect(orderOf(routeInOrder([one, two]), { view: halfOpen(), mayProbe: false })).toEqual(["a/two"]);
  });

  it("is the only one probed before somebody who is ready", () => {
    const both = halfOpen().set("a/two", { standing: "half-open" });
    expect(orderOf(routeOf([groupOf([one, two]), groupOf([below])]), { view: both })).toEqual(["a/one", "b/below", "a/two"]);
  });
});

describe("there is nobody to ask", () => {
  const keyed = target("k/one", { credentials: [credential("first"), credential("second")] });
  const [first, second] = keyed.credentials.map(({ id }) => id) as [string, string]; // two of them, a line above

  it("because all want to be left alone: the smallest wait counts, of keys and of targets", () => {
    const view = new SettableView()
      .block(first, NOW + 9_000)
      .block(second, NOW + 4_000)
      .block("default/a/one#only", NOW + 6_000);
    expect(noTargetOf(routeInOrder([keyed]), { view })).toEqual({ kind: "throttled", waitMs: 4_000 });
    expect(noTargetOf(routeInOrder([one, keyed]), { view })).toEqual({ kind: "throttled", waitMs: 4_000 });
    expect(noTargetOf(routeInOrder([keyed, one]), { view })).toEqual({ kind: "throttled", waitMs: 4_000 });
  });

  it("because they are full", () => {
    expect(noTargetOf(routeInOrder([one]), { view: new SettableView().set("a/one", { isFull: true }) })).toEqual({
      kind: "full",
    });
  });

  it("because they refuse their credentials", () => {
    const view = new SettableView().refuse(first, NOW + 60_000).refuse(second, NOW + 60_000);
    expect(noTargetOf(routeInOrder([keyed]), { view })).toEqual({ kind: "credentials" });
  });

  it("because they or all their credentials were switched off", () => {
    const targets: Kills = { ...NO_KILLS, targets: new Set(["default/k/one"]) };
    expect(noTargetOf(routeInOrder([keyed]), { kills: targets })).toEqual({ kind: "killed" });
    const credentials: Kills = { ...NO_KILLS, credentials: new Set([first, second]) };
    expect(noTargetOf(routeInOrder([keyed]), { kills: credentials })).toEqual({ kind: "killed" });
    expect(orderOf(routeInOrder([keyed]), { kills: { ...NO_KILLS, credentials: new Set([first]) } })).toEqual(["k/one"]);
  });

  it("and the most hopeful reason is given", () => {
    const view = new SettableView()
      .set("a/two", { isFull: true })
      .refuse(first, NOW + 60_000)
      .refuse(second, NOW + 60_000);
    const kills: Kills = { ...NO_KILLS, targets: new Set(["default/a/three"]) };
    expect(noTargetOf(routeInOrder([three, keyed]), { view, kills })).toEqual({ kind: "credentials" });
    expect(noTargetOf(routeInOrder([three, keyed, two]), { view, kills })).toEqual({ kind: "full" });
    view.block("default/a/one#only", NOW + 1_000);
    expect(noTargetOf(routeInOrder([three, keyed, two, one]), { view, kills })).toEqual({ kind: "throttled", waitMs: 1_000 });
  });
});

it("asks a switched-off target not even when nobody else is healthy", () => {
  const kills: Kills = { ...NO_KILLS, targets: new Set(["default/a/one"]) };
  expect(orderOf(routeInOrder([one, two]), { kills, view: ejected("a/one", "a/two") })).toEqual(["a/two"]);
});

it("asks a batch request of nobody who keeps their room for others", () => {
  const view = new SettableView();
  view.hasRoom = (_: string, priority = "interactive") => priority === "interactive";
  expect(orderOf(routeInOrder([one]), { view })).toEqual(["a/one"]);
  expect(noTargetOf(routeInOrder([one], { priority: "batch" }), { view })).toEqual({ kind: "full" });
});
