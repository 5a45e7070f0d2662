import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutcomeWindow } from "../../../src/core/health/outcome-window.ts";
import { runsOf } from "../../judges/runs.ts";

const NOW = 1_800_000_000_000;

describe("OutcomeWindow", () => {
  it("counts what a list of the last seconds would count, whatever the gaps", () => {
    const event = fc.record({ pauseMs: fc.integer({ min: 0, max: 12_000 }), isOk: fc.boolean() });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (events, seconds) => {
        const window = new OutcomeWindow(30);
        let now = NOW;
        const list: { readonly second: number; readonly isOk: boolean }[] = [];
        for (const { isOk, pauseMs } of events) {
          now += pauseMs;
          window.add({ ok: isOk ? 1 : 0, failed: isOk ? 0 : 1 }, now);
          list.push({ second: Math.floor(now / 1_000), isOk });
          const recent = list.filter(({ second }) => second > Math.floor(now / 1_000) - seconds);
          const ok = recent.filter((member) => member.isOk).length;
          expect(window.total(seconds, now)).toEqual({ ok, failed: recent.length - ok });
        }
      }),
      { numRuns: runsOf(200, 5_000) },
    );
  });

  it("counts into the newest second when the clock steps back", () => {
    const window = new OutcomeWindow(30);
    window.add({ ok: 1, failed: 0 }, NOW);
    window.add({ ok: 1, failed: 0 }, NOW - 20_000);
    expect(window.total(1, NOW)).toEqual({ ok: 2, failed: 0 });
  });

  it("is empty once cleared", () => {
    const window = new OutcomeWindow(30);
    window.add({ ok: 3, failed: 4 }, NOW);
    window.clear();
    expect(window.total(30, NOW)).toEqual({ ok: 0, failed: 0 });
  });

  it.each([
    [10, 10, true],
    [11, 10, false],
    [0, 19, false],
    [0, 20, true],
    [0, 0, false],
  ])("with %d good and %d failed attempts is mostly failing: %s", (ok, failed, expected) => {
    const window = new OutcomeWindow();
    window.add({ ok, failed }, NOW);
    expect(window.isMostlyFailing(NOW + 29_000)).toBe(expected);
    expect(window.isMostlyFailing(NOW + 30_000)).toBe(false);
  });
});
