import { expect, it } from "vitest";
import { runExactness } from "./exactness.ts";

it("admits exactly what a limit allows of a burst at two processes", async () => {
  const rounds = await runExactness({ rounds: 2, requests: 200, limit: 100, processes: 2 });
  const exact = { admitted: 100, refused: 100, others: 0, remaining: 0 };
  expect(rounds).toEqual([exact, exact]);
});
