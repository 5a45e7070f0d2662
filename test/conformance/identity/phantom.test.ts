import { expect, it } from "vitest";
import { runPhantom } from "./phantom.ts";

it("lets agents that allow long answers and get short ones use a budget up, and not more", async () => {
  const budgetUsd = 2.5;
  const { errorUsd, refusal, totalUsd, usedUsd } = await runPhantom({ agents: 5, budgetUsd, processes: 2, seed: 7 });
  expect(["insufficient_quota", "rate_limit_exceeded"]).toContain(refusal);
  // Slices of a small budget are a larger part of it.
  expect(usedUsd).toBeGreaterThan(budgetUsd * 0.9);
  expect(totalUsd).toBeLessThan(budgetUsd + errorUsd);
});
