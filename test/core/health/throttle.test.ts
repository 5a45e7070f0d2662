import { describe, expect, it } from "vitest";
import { Throttle } from "../../../src/core/health/throttle.ts";

const NOW = 1_800_000_000_000;

describe("Throttle", () => {
  it.each([
    { closes: "as long as asked", seconds: 7, draw: 0, expectedMs: 7_000 },
    { closes: "up to a tenth longer", seconds: 10, draw: 0.999_999, expectedMs: 11_000 },
    { closes: "five minutes at most", seconds: 100_000, draw: 0, expectedMs: 300_000 },
    { closes: "a second where no wait was given", seconds: null, draw: 0, expectedMs: 1_000 },
    { closes: "a second where the wait is none", seconds: 0, draw: 0, expectedMs: 1_000 },
  ])("closes $closes", ({ draw, expectedMs, seconds }) => {
    const throttle = new Throttle();
    expect(Math.round(throttle.close(seconds, NOW - 1, { now: NOW, draw }))).toBe(expectedMs);
    expect(Math.round(throttle.until)).toBe(NOW + expectedMs);
  });

  it("never opens earlier than was asked before", () => {
    const throttle = new Throttle();
    throttle.close(60, NOW - 1, { now: NOW, draw: 0 });
    throttle.close(1, NOW, { now: NOW + 1, draw: 0 });
    throttle.hold(5, NOW + 2);
    expect(throttle.until).toBe(NOW + 60_000);
  });

  it("backs off twice as long each time, to half a minute, and a step less after each success", () => {
    const throttle = new Throttle();
    let now = NOW;
    const next = (): number => {
      const forMs = throttle.close(null, now, { now: now + 1, draw: 0 });
      now += 1 + forMs;
      return forMs / 1_000;
    };
    expect([next(), next(), next(), next(), next(), next(), next()]).toEqual([1, 2, 4, 8, 16, 30, 30]);
    for (let success = 0; success < 6; success++) throttle.relax(now);
    expect([next(), next()]).toEqual([2, 4]);
  });

  it("takes refusals of attempts that were under way together for one", () => {
    const throttle = new Throttle();
    for (let attempt = 0; attempt < 20; attempt++) throttle.close(null, NOW, { now: NOW + 50 + attempt, draw: 0 });
    expect(throttle.until).toBe(NOW + 50 + 19 + 1_000);
  });

  it("is not relaxed by a success that began before it closed", () => {
    const throttle = new Throttle();
    throttle.close(null, NOW, { now: NOW + 1, draw: 0 });
    throttle.relax(NOW);
    expect(throttle.close(null, NOW + 2_000, { now: NOW + 2_001, draw: 0 })).toBe(2_000);
  });
});
