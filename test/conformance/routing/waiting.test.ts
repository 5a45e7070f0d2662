import { expect, it } from "vitest";
import { readRetryAfter } from "../../../src/core/routing/retry-after.ts";
import { RETRY_AFTER_FORMS } from "./retry-after-forms.ts";
import { runWaiting } from "./waiting.ts";

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0, 250);

it.each(RETRY_AFTER_FORMS)("reads $says as $seconds s", ({ headers, seconds }) => {
  const given = new Headers(headers(NOW));
  const read = readRetryAfter((name) => given.get(name), 429, NOW);
  if (seconds === null) expect(read).toBeNull();
  else {
    // A date has no fraction of a second.
    expect(read).toBeGreaterThanOrEqual(seconds);
    expect(read).toBeLessThan(seconds + 1);
  }
});

it("asks nobody before the time it was told", { timeout: 60_000 }, async () => {
  const { atOnce, early, misread, trials } = await runWaiting({ trials: 200 });
  expect([early, misread]).toEqual([[], []]);
  expect(trials).toBeGreaterThanOrEqual(200);
  expect(atOnce.nextTargetMs).not.toBeNaN();
  expect(atOnce.longWaitMs).not.toBeNaN();
  expect(atOnce.deadlineMs).not.toBeNaN();
  for (const seconds of atOnce.smallest.told) expect(Math.abs(seconds - Math.min(...atOnce.smallest.asked))).toBeLessThan(3);
});
