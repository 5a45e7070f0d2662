import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toBytes, toMicroUsd, toMilliseconds, toPercent } from "../../../../src/core/policy/schema/quantities.ts";
import { toEpochMs } from "../../../../src/core/policy/schema/timestamp.ts";

describe("quantities", () => {
  it("count durations in milliseconds", () => {
    expect(["250ms", "30s", "1h30m", "1m500ms", "99999h"].map(toMilliseconds)).toEqual([
      250, 30_000, 5_400_000, 60_500, 359_996_400_000,
    ]);
  });

  it("count sizes in bytes", () => {
    expect(["4Mi", "512Ki", "1k", "2M", "1Gi", "17"].map(toBytes)).toEqual([
      4_194_304, 524_288, 1_000, 2_000_000, 1_073_741_824, 17,
    ]);
  });

  it("count money in whole micro-dollars without rounding", () => {
    expect(["0.15", "0.000001", "12", "0.1", "999999.999999"].map(toMicroUsd)).toEqual([
      150_000, 1, 12_000_000, 100_000, 999_999_999_999,
    ]);
  });

  it("read percentages", () => {
    expect(["10%", "0.5%", "100%"].map(toPercent)).toEqual([10, 0.5, 100]);
  });
});

describe("timestamps", () => {
  it("agree with Date over four centuries", () => {
    const times = fc.date({ min: new Date("1800-01-01"), max: new Date("2200-01-01"), noInvalidDate: true });
    const agrees = fc.property(times, (time) => toEpochMs(time.toISOString()) === time.getTime());
    fc.assert(agrees, { numRuns: 500, seed: 1 });
  });

  it("honour offsets and fractions", () => {
    for (const text of ["2027-01-01T00:00:00+05:30", "2026-12-31T23:59:59.5-08:00", "2024-02-29T12:00:00.123Z"]) {
      expect(toEpochMs(text)).toBe(Date.parse(text));
    }
  });

  it.each([
    "2027-02-29T00:00:00Z",
    "2027-13-01T00:00:00Z",
    "2027-01-01T24:00:00Z",
    "2027-01-01",
    "2027-01-01 00:00:00Z",
    "2027-01-01T00:00:60Z",
    "2027-01-01T00:00:00+24:00",
  ])("refuse %s", (text) => expect(toEpochMs(text)).toBeNull());
});
