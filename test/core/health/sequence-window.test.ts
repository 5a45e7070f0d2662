import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SequenceWindow } from "../../../src/core/health/sequence-window.ts";
import { runsOf } from "../../judges/runs.ts";

describe("SequenceWindow", () => {
  it("tells new, overtaken and repeated messages apart", () => {
    const window = new SequenceWindow();
    expect([1, 3, 2, 3, 2, 4, 1].map((seq) => window.note(seq))).toEqual([
      "newest",
      "newest",
      "late",
      "repeated",
      "repeated",
      "newest",
      "repeated",
    ]);
    expect(window.newest).toBe(4);
  });

  it("takes none twice, in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 200 }), (order) => {
        const window = new SequenceWindow();
        const taken = order.filter((seq) => window.note(seq) !== "repeated");
        expect(new Set(taken).size).toBe(taken.length);
      }),
      { numRuns: runsOf(500, 20_000) },
    );
  });

  it("takes all that are not overtaken by more than thirty-one", () => {
    const window = new SequenceWindow();
    window.note(100);
    expect([window.note(69), window.note(68), window.note(1_000), window.note(101)]).toEqual([
      "late",
      "repeated",
      "newest",
      "repeated",
    ]);
  });
});
