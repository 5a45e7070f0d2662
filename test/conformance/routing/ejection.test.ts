import { expect, it } from "vitest";
import { runEjection } from "./ejection.ts";
import { runFlapping } from "./flapping.ts";

it("leaves a dead target alone in every process, but never the only one of a route", { timeout: 60_000 }, async () => {
  const figures = await runEjection({ delayMs: 20, perSecond: 30, healthySeconds: 5, deadSeconds: 8, revivedSeconds: 0 });
  expect(figures.unanswered).toBe(0);
  expect(figures.fromIdle).toBeLessThanOrEqual(1);
  expect(figures.lonely.reached).toBe(figures.lonely.asked);
  expect(figures.probes).toBeLessThanOrEqual(Math.ceil(figures.probedSeconds));
});

it("answers everything beside a target that is up and down by turns", { timeout: 60_000 }, async () => {
  const figures = await runFlapping({ delayMs: 20, perSecond: 30, seconds: 8 });
  expect(figures.unanswered).toBe(0);
  expect(figures.changes).toBeGreaterThan(0);
});
