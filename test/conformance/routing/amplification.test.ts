import { expect, it } from "vitest";
import { runAmplification } from "./amplification.ts";
import { CHI_SQUARE_LIMIT, measureBackoff } from "./backoff.ts";
import { compareSeeds } from "./seeds.ts";

it("adds a tenth at most when every upstream fails, also with a stock SDK in front", { timeout: 60_000 }, async () => {
  const { attempts, mostPerRequest, requests, sdk, statuses, worstWindow } = await runAmplification({
    perSecond: 50,
    seconds: 4,
    sdkCalls: 100,
  });
  expect(statuses).toEqual({ 503: requests });
  expect(attempts).toBeGreaterThan(requests);
  // The budget looks at ten seconds: the floor of so many is there from the start.
  expect(worstWindow.attempts).toBeLessThanOrEqual(worstWindow.allowed + 40);
  expect(mostPerRequest).toBeLessThanOrEqual(3);
  expect(sdk).toMatchObject({ calls: 100, failed: 100 });
  // Twice retried by the SDK as well it would be 300.
  expect(sdk.attempts).toBeLessThanOrEqual(160);
});

it("spreads delays before repeats evenly", () => {
  for (const { chiSquare } of measureBackoff({ samples: 5_000, seed: 20_261_121 }))
    expect(chiSquare).toBeLessThan(CHI_SQUARE_LIMIT);
});

it("draws otherwise in every process", { timeout: 60_000 }, async () => {
  expect(await compareSeeds({ processes: 3, choices: 48 })).toMatchObject({ distinct: 3 });
});
