import { describe, expect, it } from "vitest";
import { KeptBound, NO_BOUND } from "../../../../src/core/cache/semantic/kept-bound.ts";
import { LabelNoise } from "../../../../src/core/cache/semantic/label-noise.ts";
import { runsOf } from "../../../judges/runs.ts";
import { createDraw } from "../../../rigs/chaos-upstream/draw.ts";
import { CERTAIN } from "./simulate-earning.ts";

const promised = (per: "Hit" | "Request", maxFalseHitRate = 0.05): KeptBound => {
  const kept = new KeptBound(NO_BOUND);
  kept.promise({ maxFalseHitRate, per, mode: "Enforce", shadowBudget: 0 });
  return kept;
};

describe("KeptBound", () => {
  it("of hits, takes what is at least as sure as the bound asks for", () => {
    const kept = promised("Hit");
    expect([0.949, 0.951].map((low) => kept.isSureEnough(low, () => 0.5))).toEqual([false, true]);
  });

  it("of requests, takes what is less sure as often as the bound has room for", () => {
    const kept = promised("Request");
    const draw = createDraw(1);
    const taken = Array.from({ length: 20_000 }, () => kept.isSureEnough(0.8, draw)).filter(Boolean).length;
    expect(taken / 20_000).toBeCloseTo(0.25, 1);
    expect(kept.isSureEnough(0.96, () => 0.999)).toBe(true);
  });

  it("asks for more after each wrong answer, and for less after right ones", () => {
    const kept = promised("Hit");
    kept.saw(0, { noise: CERTAIN, now: 0 });
    expect(kept.isSureEnough(0.96, () => 0.5)).toBe(false);
    for (let at = 0; at < 200; at += 1) kept.saw(1, { noise: CERTAIN, now: 0 });
    expect(kept.isSureEnough(0.96, () => 0.5)).toBe(true);
  });

  it("asks for little more where the label, and not the answer, is likelier to be wrong; and forgets with time", () => {
    const noise = new LabelNoise({ seen: 4_000, missed: 400 }, { seen: 4_000, missed: 400 });
    const [sure, unsure] = [promised("Hit"), promised("Hit")];
    sure.saw(0, { noise: CERTAIN, now: 0 });
    unsure.saw(0, { noise, now: 0 });
    expect(unsure.state.caution).toBeLessThan(sure.state.caution / 2);
    const before = sure.state.caution;
    for (let at = 0; at < 1_000; at += 1) sure.asked(false, { budget: 0, draw: () => 0.5, noise: CERTAIN, now: 0 });
    expect(sure.state.caution / before).toBeCloseTo(Math.exp(-1), 2);
  });

  it.each(["Hit", "Request"] as const)("keeps a bound per %s with a model that is far too sure of itself", (per) => {
    const lives = runsOf(8, 100);
    let [given, wrong, requests] = [0, 0, 0];
    for (let seed = 1; seed <= lives; seed += 1) {
      const draw = createDraw(seed);
      const kept = promised(per);
      for (let at = 0; at < 6_000; at += 1) {
        // It says 0.8 to 1 where three quarters to all are right.
        const sureness = draw();
        const isRight = draw() < 0.75 + 0.25 * sureness;
        const isHit = kept.isSureEnough(0.8 + 0.2 * sureness, draw);
        const isServed = isHit && kept.isEarned;
        const { isCounted } = kept.asked(isHit, { budget: 0, draw, noise: CERTAIN, now: 0 });
        if (isHit && isCounted) kept.saw(isRight ? 1 : 0, { noise: CERTAIN, now: 0 });
        requests += 1;
        if (isServed) given += 1;
        if (isServed && !isRight) wrong += 1;
      }
    }
    expect(given).toBeGreaterThan(0);
    expect(wrong / (per === "Hit" ? given : requests)).toBeLessThan(0.05);
  });
});
