import { describe, expect, it } from "vitest";
import type { CompiledTimeWindow } from "../../../src/core/policy/compiled.ts";
import { createTimeWindow } from "../../../src/core/routing/time-window.ts";
import { factsOf } from "./routing-fixtures.ts";

const [SUN, MON, TUE, WED, THU, FRI, SAT] = [0, 1, 2, 3, 4, 5, 6];
const EVERY_DAY = [SUN, MON, TUE, WED, THU, FRI, SAT];
const minute = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** `08:00-17:30`; the end of the day is 24:00. */
function windowOf(hours: string, days: readonly number[] = EVERY_DAY, timeZone = "UTC"): CompiledTimeWindow {
  const [from = "", to = ""] = hours.split("-");
  return { days, fromMinute: minute(from), toMinute: minute(to), timeZone };
}

function holds(window: CompiledTimeWindow, time: string): boolean {
  return createTimeWindow(window).holds(factsOf({ now: Date.parse(time) }));
}

describe("a window of a day", () => {
  it.each([
    ["2026-11-24T07:59:59.999Z", false],
    ["2026-11-24T08:00:00Z", true],
    ["2026-11-24T17:29:59.999Z", true],
    ["2026-11-24T17:30:00Z", false],
  ])("includes its beginning and not its end: %s is %s", (time, isInside) => {
    expect(holds(windowOf("08:00-17:30"), time)).toBe(isInside);
  });

  it("may be the whole day, and begins and ends at midnight", () => {
    for (const time of ["2026-11-24T00:00:00Z", "2026-11-24T23:59:59Z"]) expect(holds(windowOf("00:00-24:00"), time)).toBe(true);
  });

  // 2026-11-21 is a Saturday.
  it.each(EVERY_DAY)("holds on its days alone: %d", (day) => {
    const days = EVERY_DAY.filter((each) => holds(windowOf("00:00-24:00", [day]), `2026-11-${22 + each}T12:00:00Z`));
    expect(days).toEqual([day]);
  });
});

describe("a window over midnight", () => {
  it.each([
    ["2026-11-27T21:59:00Z", false], // Friday
    ["2026-11-27T22:00:00Z", true],
    ["2026-11-28T00:00:00Z", true], // Saturday, the night that began on Friday
    ["2026-11-28T05:59:00Z", true],
    ["2026-11-28T06:00:00Z", false],
    ["2026-11-28T22:00:00Z", false],
    ["2026-11-27T05:00:00Z", false], // Friday, the night that began on Thursday
  ])("belongs to the day on which it begins: %s is %s", (time, isInside) => {
    expect(holds(windowOf("22:00-06:00", [FRI]), time)).toBe(isInside);
  });

  it("goes from Saturday into Sunday", () => {
    expect(holds(windowOf("22:00-06:00", [SAT]), "2026-11-29T05:00:00Z")).toBe(true);
    expect(holds(windowOf("22:00-06:00", [SUN]), "2026-11-29T05:00:00Z")).toBe(false);
  });
});

describe("a time zone", () => {
  it("decides what day and hour it is", () => {
    expect(holds(windowOf("08:00-09:00", [MON], "Asia/Tokyo"), "2026-11-22T23:30:00Z")).toBe(true);
    expect(holds(windowOf("08:00-09:00", [SUN], "Asia/Kolkata"), "2026-11-22T02:30:00Z")).toBe(true);
    expect(holds(windowOf("08:00-09:00", EVERY_DAY, "America/New_York"), "2026-11-22T13:00:00Z")).toBe(true);
  });

  it.each([
    // Clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October.
    ["08:00-09:00", "2026-03-28T07:30:00Z", true],
    ["08:00-09:00", "2026-03-29T06:30:00Z", true],
    ["08:00-09:00", "2026-03-29T07:30:00Z", false],
    ["01:00-02:30", "2026-03-29T00:59:00Z", true], // 01:59
    ["01:00-02:30", "2026-03-29T01:00:00Z", false], // 03:00: there is no 02:00
    ["02:00-03:00", "2026-03-29T01:00:00Z", false],
    ["02:00-03:00", "2026-10-25T00:30:00Z", true], // 02:30, the first time
    ["02:00-03:00", "2026-10-25T01:30:00Z", true], // 02:30, the second time
    ["02:00-03:00", "2026-10-25T02:00:00Z", false],
    ["22:00-06:00", "2026-10-25T04:30:00Z", true], // 05:30
    ["22:00-06:00", "2026-10-25T05:00:00Z", false],
  ])("keeps to the clock where it is changed: %s in Berlin at %s is %s", (hours, time, isInside) => {
    expect(holds(windowOf(hours, EVERY_DAY, "Europe/Berlin"), time)).toBe(isInside);
  });
});

it("says what time it is and what was wanted", () => {
  const window = createTimeWindow(windowOf("08:00-17:30", [MON, TUE, WED, THU, FRI], "Europe/Berlin"));
  expect(window.describe(factsOf({ now: Date.parse("2026-11-28T06:05:00Z") }))).toBe(
    "it is Sat 07:05 in Europe/Berlin, wanted Mon Tue Wed Thu Fri 08:00 to 17:30",
  );
});

it("follows a clock that goes back and forth", () => {
  const window = createTimeWindow(windowOf("08:00-09:00"));
  const at = (time: string) => window.holds(factsOf({ now: Date.parse(time) }));
  const times = ["2026-11-24T08:30:00Z", "2026-11-24T09:30:00Z", "2026-11-24T08:30:10Z", "2026-11-24T07:59:59Z"];
  expect(times.map(at)).toEqual([true, false, true, false]);
});
