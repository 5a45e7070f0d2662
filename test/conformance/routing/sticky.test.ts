import { expect, it } from "vitest";
import { runHubBeside } from "./hub-beside.ts";
import { runSticky } from "./sticky.ts";

it("gives a caller the same generation, variant and target at every process", { timeout: 120_000 }, async () => {
  const { hash, rollout, split } = await runSticky({ callers: 24, computed: 2_000 });
  for (const { answered, asked, flipped } of [hash, rollout, split]) expect([answered, flipped]).toEqual([asked, 0]);
  expect(rollout).toMatchObject({ unexpected: 0, leftWhenGrown: 0 });
});

it("asks the upstream of a request without waiting for the hub, which its answer waits for", { timeout: 60_000 }, async () => {
  const { afterPause } = await runHubBeside({ delayMs: 600, pauses: 1, steady: 0 });
  expect(afterPause.arrivedMaxMs).toBeLessThan(afterPause.answeredMedianMs);
});
