import { expect, it } from "vitest";
import { IS_FULL } from "./lab.ts";
import { runRetryStorm } from "./retry-storm.ts";

it("adds at most a tenth and one attempt a second when every upstream fails", { timeout: 300_000 }, async () => {
  const figures = await runRetryStorm(IS_FULL ? { seconds: 60, perSecond: 100 } : { seconds: 4, perSecond: 100 });
  expect(figures.attempts).toBeGreaterThan(figures.firstAttempts);
  expect(figures.attempts).toBeLessThanOrEqual(figures.allowedAttempts);
  expect(figures.mostPerRequest).toBeLessThanOrEqual(3);
  expect(figures.statuses).toEqual({ 503: figures.firstAttempts });
  expect(figures.retryInvited).toBe(0);
});
