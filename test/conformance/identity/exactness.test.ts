import { expect, it } from "vitest";
import { runExactness } from "./exactness.ts";

it.each(["objects", "redis"] as const)("admits exactly what a limit in %s allows of a burst at two processes", async (store) => {
  const rounds = await runExactness({ store, rounds: 2, requests: 200, limit: 100, processes: 2 });
  const exact = { admitted: 100, refused: 100, others: 0, remaining: 0 };
  expect(rounds).toEqual([exact, exact]);
});
