import { expect, it } from "vitest";
import { createRetryBudget } from "../../../src/core/routing/retry-budget.ts";
import { createDraw } from "../../conformance/faults/draws.ts";

const START = 1_790_000_000_000;

it("allows the floor without any load", () => {
  const budget = createRetryBudget({ percent: 10, floorPerSecond: 1 });
  expect(takeAll(budget, START)).toBe(10);
});

it("allows the share of what came in the last ten seconds", () => {
  const budget = createRetryBudget({ percent: 20, floorPerSecond: 0 });
  for (let count = 0; count < 100; count += 1) budget.recordFirst(START + count * 10);
  expect(takeAll(budget, START + 1_000)).toBe(20);
});

it("allows two in a hundred of a provider that fails most of what it is asked, whatever policy says", () => {
  const budget = createRetryBudget({ percent: 20, floorPerSecond: 0 });
  for (let count = 0; count < 100; count += 1) budget.recordFirst(START + count * 10);
  expect(takeAll(budget, START + 1_000, true)).toBe(2);
  expect(takeAll(budget, START + 1_000, false)).toBe(18);
});

it("allows nothing when policy says so", () => {
  const budget = createRetryBudget({ percent: 0, floorPerSecond: 0 });
  budget.recordFirst(START);
  expect(budget.tryTake(START, false)).toBe(false);
});

it("gets back what was spent once the window has passed", () => {
  const budget = createRetryBudget({ percent: 0, floorPerSecond: 1 });
  expect(takeAll(budget, START)).toBe(10);
  expect(takeAll(budget, START + 9_000)).toBe(0);
  expect(takeAll(budget, START + 10_000)).toBe(10);
  expect(takeAll(budget, START + 3_600_000)).toBe(10);
});

it("does not count load that is older than its window", () => {
  const budget = createRetryBudget({ percent: 50, floorPerSecond: 0 });
  for (let count = 0; count < 100; count += 1) budget.recordFirst(START);
  expect(takeAll(budget, START + 10_000)).toBe(0);
});

it("survives a clock that steps back", () => {
  const budget = createRetryBudget({ percent: 0, floorPerSecond: 1 });
  expect(takeAll(budget, START)).toBe(10);
  expect(takeAll(budget, START - 5_000)).toBe(0);
});

it.each([1, 2, 3])("never exceeds a tenth and the floor over any run (seed %d)", (seed) => {
  const budget = createRetryBudget({ percent: 10, floorPerSecond: 1 });
  const draw = createDraw(seed);
  let [now, firsts, extras] = [START, 0, 0];
  while (now < START + 60_000) {
    now += Math.floor(draw() * 40);
    budget.recordFirst(now);
    firsts += 1;
    for (let retry = 0; retry < 2; retry += 1) if (budget.tryTake(now, false)) extras += 1;
  }
  expect(extras).toBeLessThanOrEqual(0.1 * firsts + 60 + 10);
  expect(extras).toBeGreaterThan(0.1 * firsts);
});

function takeAll(budget: ReturnType<typeof createRetryBudget>, now: number, isFailing = false): number {
  let taken = 0;
  while (taken < 1_000 && budget.tryTake(now, isFailing)) taken += 1;
  return taken;
}
