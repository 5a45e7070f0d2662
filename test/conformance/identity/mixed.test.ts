import { expect, it } from "vitest";
import { runMixed } from "./mixed.ts";

it("books what the upstream says it used, to the token and to the micro-dollar, whatever becomes of a request", async () => {
  const seen = await runMixed({ requests: 400, processes: 2, seed: 20_261_122 });
  expect(seen.wrong).toEqual([]);
  expect(seen.ledger).toEqual(seen.upstream);
  // Token budgets are charged for answers; money also for what a race's loser is expected to cost.
  expect(seen.charged).toEqual({ tokens: seen.ledger.tokens, microUsd: seen.attempted.microUsd });
  expect(seen).toMatchObject({ failedOver: 40, left: 40 });
});
