import { expect, it } from "vitest";
import { runDecisions } from "./decisions.ts";
import { runHubAway } from "./hub-away.ts";

it("obeys kill switches and rollbacks in busy, idle and new processes", { timeout: 120_000 }, async () => {
  const figures = await runDecisions({ delayMs: 20, idleSeconds: 9, watchedSeconds: 8, perSecond: 8 });
  for (const { before, decision, obeyedAtLast, obeyedWhenIdle, obeyedWhenNew } of figures) {
    expect(before.unaffected, `${decision} before it was made`).toBeGreaterThan(before.asked / 2);
    expect({ decision, obeyedAtLast, obeyedWhenIdle, obeyedWhenNew }).toEqual({
      decision,
      obeyedAtLast: [true, true, true, true],
      obeyedWhenIdle: true,
      obeyedWhenNew: true,
    });
  }
});

it("answers without its hub, and still refuses what was switched off", { timeout: 120_000 }, async () => {
  const { hanging, obeyed, refused, whenNew } = await runHubAway({ delayMs: 20, perSecond: 20, seconds: 2 });
  for (const { answered, asked } of [hanging, refused, whenNew]) expect(answered).toBe(asked);
  expect(obeyed.refused).toBe(obeyed.asked);
});
