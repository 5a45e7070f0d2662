import { describe, expect, it } from "vitest";
import { planAttempts } from "../../../src/core/routing/plan-attempts.ts";
import { createDraw } from "../../conformance/faults/draws.ts";
import { routeOf, target } from "./routing-fixtures.ts";

const heavy = target("a/heavy", { weight: 3 });
const light = target("a/light", { weight: 1 });
const reserve = target("b/reserve");

const labels = (...arguments_: Parameters<typeof planAttempts>): readonly string[] =>
  planAttempts(...arguments_).map(({ label }) => label);

it("asks group by group and every target once", () => {
  const draw = createDraw(7);
  for (let turn = 0; turn < 100; turn += 1) {
    const order = labels(routeOf([heavy, light], [reserve]), draw);
    expect(order[2]).toBe("b/reserve");
    expect(order.toSorted()).toEqual(["a/heavy", "a/light", "b/reserve"]);
  }
});

it("shares the first place by weight", () => {
  const draw = createDraw(11);
  const first = Array.from({ length: 10_000 }, () => labels(routeOf([light, heavy]), draw)[0]);
  const share = first.filter((label) => label === "a/heavy").length / first.length;
  expect(share).toBeCloseTo(0.75, 1);
});

describe("at the ends of the draw", () => {
  it.each([
    [0, ["a/heavy", "a/light"]],
    [0.749, ["a/heavy", "a/light"]],
    [0.75, ["a/light", "a/heavy"]],
    [1 - Number.EPSILON, ["a/light", "a/heavy"]],
  ])("%d gives %j", (value, order) => {
    expect(labels(routeOf([heavy, light]), () => value)).toEqual(order);
  });
});

it("keeps an order that no draw can change", () => {
  const fixedOrder = [heavy, reserve];
  expect(planAttempts({ ...routeOf([heavy], [reserve]), fixedOrder }, () => expect.fail("No draw is needed."))).toEqual(
    fixedOrder,
  );
});

it("has nothing to ask when every target was left out", () => {
  expect(labels(routeOf(), () => 0)).toEqual([]);
});
