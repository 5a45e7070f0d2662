import { describe, expect, it } from "vitest";
import { LoadEstimate } from "../../../src/core/health/load-estimate.ts";

const NOW = 1_800_000_000_000;
const idle = { inFlight: 0, usualMs: null };

describe("LoadEstimate", () => {
  it("has what nobody knows tried, by one request at a time", () => {
    expect(new LoadEstimate().loadMs(NOW, idle)).toBe(0);
    expect(new LoadEstimate().loadMs(NOW, { inFlight: 1, usualMs: null })).toBe(2_000);
  });

  it("assumes what is usual of what was never asked here", () => {
    expect(new LoadEstimate().loadMs(NOW, { inFlight: 0, usualMs: 500 })).toBe(500);
    expect(new LoadEstimate().loadMs(NOW, { inFlight: 3, usualMs: 500 })).toBe(2_000);
  });

  it("follows a rise at once and a fall slowly", () => {
    const load = new LoadEstimate();
    load.observe(200, NOW);
    expect(load.loadMs(NOW, idle)).toBe(200);
    load.observe(900, NOW + 1);
    expect(load.loadMs(NOW + 1, idle)).toBeCloseTo(900, 5);
    load.observe(200, NOW + 1 + 10_000);
    expect(load.loadMs(NOW + 1 + 10_000, idle)).toBeCloseTo(200 + 700 / Math.E, 5);
  });

  it("multiplies by those who wait", () => {
    const load = new LoadEstimate();
    load.observe(200, NOW);
    expect(load.loadMs(NOW, { inFlight: 4, usualMs: 1_000 })).toBe(1_000);
  });

  it("forgets while nothing is seen, so that a slow target is tried again", () => {
    const load = new LoadEstimate();
    load.observe(9_000, NOW);
    expect(load.loadMs(NOW + 10_000, idle)).toBeCloseTo(9_000 / Math.E, 5);
    expect(load.loadMs(NOW + 120_000, idle)).toBeLessThan(1);
  });

  it("returns to what is usual while nothing is seen", () => {
    const load = new LoadEstimate();
    load.observe(9_000, NOW);
    expect(load.loadMs(NOW + 10_000, { inFlight: 0, usualMs: 1_000 })).toBeCloseTo(1_000 + 8_000 / Math.E, 5);
    expect(load.loadMs(NOW + 120_000, { inFlight: 1, usualMs: 1_000 })).toBeCloseTo(2_000, 0);
  });

  it("costs no less than a penalty, which fades", () => {
    const load = new LoadEstimate();
    load.observe(5, NOW);
    load.penalise(5_000, NOW);
    expect(load.loadMs(NOW, idle)).toBe(5_000);
    expect(load.loadMs(NOW + 10_000, idle)).toBeCloseTo(5_000 / Math.E, 5);
    load.penalise(100, NOW + 10_000);
    expect(load.loadMs(NOW + 10_000, idle)).toBeCloseTo(5_000 / Math.E, 5);
  });
});
