import { describe, expect, it } from "vitest";
import { lowerShare, upperShare, wilsonInterval } from "../../../../src/core/cache/semantic/binomial.ts";

describe("binomial intervals", () => {
  it.each([
    { count: 0, trials: 149, upper: 0.019_904 },
    { count: 0, trials: 300, upper: 0.009_936 },
    { count: 1, trials: 236, upper: 0.019_944 },
    { count: 5, trials: 100, upper: 0.102_253 },
  ])("has Clopper and Pearson's upper bound of $count in $trials", ({ count, trials, upper }) => {
    expect(upperShare(count, trials)).toBeCloseTo(upper, 4);
  });

  it("has a lower bound that mirrors the upper one", () => {
    expect(lowerShare(95, 100)).toBeCloseTo(1 - upperShare(5, 100), 9);
    expect(lowerShare(0, 100)).toBe(0);
  });

  it("knows nothing without trials", () => {
    expect(upperShare(0, 0)).toBe(1);
    expect(lowerShare(0, 0)).toBe(0);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it("does not underflow where there are many trials", () => {
    expect(upperShare(2_000, 100_000)).toBeCloseTo(0.020_75, 4);
    expect(upperShare(10_000, 20_000)).toBeCloseTo(0.505_8, 3);
  });

  it("has Wilson's interval", () => {
    const { high, low } = wilsonInterval(3, 200);
    expect(low).toBeCloseTo(0.005_12, 4);
    expect(high).toBeCloseTo(0.043_16, 4);
  });
});
