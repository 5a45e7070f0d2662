import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LatencyHistogram } from "../../../src/core/health/latency-histogram.ts";
import { runsOf } from "../../judges/runs.ts";

const NOW = 1_800_000_000_000;

describe("LatencyHistogram", () => {
  it("knows no percentile before the first latency", () => {
    expect(new LatencyHistogram().percentile(0.5, NOW)).toBeNull();
  });

  it("is within a bucket, a fifth, of the true percentile", () => {
    const latencies = fc.array(fc.integer({ min: 10, max: 599_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(latencies, fc.constantFrom(0.5, 0.9, 0.95, 0.99), (values, share) => {
        const histogram = new LatencyHistogram();
        for (const value of values) histogram.record(value, NOW);
        const sorted = values.toSorted((one, other) => one - other);
        const exact = sorted[Math.ceil(share * values.length) - 1] ?? NaN;
        const estimate = histogram.percentile(share, NOW) ?? NaN;
        expect(estimate / exact).toBeGreaterThan(1 / 1.2);
        expect(estimate / exact).toBeLessThan(1.2);
      }),
      { numRuns: runsOf(300, 10_000) },
    );
  });

  it("puts what is outside its range into the outermost buckets", () => {
    const histogram = new LatencyHistogram();
    histogram.record(0, NOW);
    expect(histogram.percentile(1, NOW)).toBeLessThan(12);
    histogram.record(3_600_000, NOW);
    expect(histogram.percentile(1, NOW)).toBeCloseTo(600_000, 0);
  });

  it("counts 1/e of what was seen a minute ago, and nothing of it after ten", () => {
    const histogram = new LatencyHistogram();
    for (let sample = 0; sample < 100; sample++) histogram.record(5_000, NOW);
    expect(histogram.count(NOW + 60_000)).toBeCloseTo(100 / Math.E, 5);
    for (let sample = 0; sample < 100; sample++) histogram.record(100, NOW + 180_000);
    expect(histogram.percentile(0.95, NOW + 180_000)).toBeLessThan(120);
    expect(histogram.percentile(0.5, NOW + 900_000)).toBeNull();
  });

  it("passes on what is new, once, and merges into the same percentiles", () => {
    const [merged, whole] = [new LatencyHistogram(), new LatencyHistogram()];
    for (const start of [50, 87]) {
      const part = new LatencyHistogram();
      for (let latencyMs = start; latencyMs < 2_000; latencyMs += 74) {
        part.record(latencyMs, NOW);
        whole.record(latencyMs, NOW);
      }
      merged.merge(part.takeFresh(), NOW);
      expect(part.takeFresh()).toEqual([]);
    }
    for (const share of [0.1, 0.5, 0.9, 0.99]) expect(merged.percentile(share, NOW)).toBe(whole.percentile(share, NOW));
  });

  it("leaves out buckets it does not have", () => {
    const histogram = new LatencyHistogram();
    histogram.merge([64, 5, 1_000, 5, 3], NOW);
    expect(histogram.count(NOW)).toBe(0);
  });
});
