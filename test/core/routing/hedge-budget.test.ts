import { expect, it } from "vitest";
import { createHedgeBudget } from "../../../src/core/routing/hedge-budget.ts";

it("has nothing before there were requests", () => {
  expect(createHedgeBudget().tryTake()).toBe(false);
});

it("lets at most two in a hundred requests be sent twice", () => {
  const budget = createHedgeBudget();
  let hedged = 0;
  for (let request = 0; request < 10_000; request += 1) {
    budget.recordRequest();
    if (budget.tryTake()) hedged += 1;
  }
  expect(hedged).toBeLessThanOrEqual(200);
  expect(hedged).toBeGreaterThanOrEqual(195);
});

it("saves up a little for a bad minute, and no more", () => {
  const budget = createHedgeBudget();
  for (let request = 0; request < 10_000; request += 1) budget.recordRequest();
  expect(Array.from({ length: 8 }, () => budget.tryTake())).toEqual([true, true, true, true, true, false, false, false]);
});
