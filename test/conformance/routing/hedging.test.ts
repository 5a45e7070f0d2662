import { expect, it } from "vitest";
import { runHedging } from "./hedging.ts";

it("asks a second target beside a slow one and gives the answer of one of them", { timeout: 60_000 }, async () => {
  const figures = await runHedging({ requests: 120, perSecond: 40, slowPercent: 10, slowMs: 900 });
  expect(figures.raced).toBeGreaterThan(0);
  expect(figures.mixed).toEqual([]);
  expect(figures.broken).toEqual([]);
  // Whoever loses is ended: nobody hears of the slow one's end otherwise.
  expect(figures.abortMs.every((ms) => ms < Infinity)).toBe(true);
});
