import { describe, expect, it } from "vitest";
import { type LedgerWindow } from "../../../src/core/ledger/account.ts";
import { spanOf } from "../../../src/core/ledger/span.ts";

const at = (text: string): number => Date.parse(text);
const calendar = (unit: "day" | "week" | "month", timeZone: string): LedgerWindow => ({ kind: "calendar", unit, timeZone });

function expectNoGaps(window: LedgerWindow): void {
  const [from, to] = [at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")];
  let last = spanOf(window, from);
  for (let now = from; now < to; now += 3_600_000) {
    const span = spanOf(window, now);
    if (span.start > now || now >= span.end) expect.fail(`${new Date(now).toISOString()} is in no window`);
    if (span.start !== last.start) expect(span.start).toBe(last.end);
    last = span;
  }
}

describe("a calendar window begins and ends at local midnight", () => {
  it.each([
    ["day", "UTC", { now: "2026-11-22T10:00:00Z", start: "2026-11-22T00:00:00Z", end: "2026-11-23T00:00:00Z" }],
    ["day", "Europe/Berlin", { now: "2026-11-22T23:30:00Z", start: "2026-11-22T23:00:00Z", end: "2026-11-23T23:00:00Z" }],
    ["day", "America/Los_Angeles", { now: "2026-11-22T07:59:59Z", start: "2026-11-21T08:00:00Z", end: "2026-11-22T08:00:00Z" }],
    ["day", "Asia/Kathmandu", { now: "2026-11-22T18:15:00Z", start: "2026-11-22T18:15:00Z", end: "2026-11-23T18:15:00Z" }],
    ["week", "UTC", { now: "2026-11-22T10:00:00Z", start: "2026-11-16T00:00:00Z", end: "2026-11-23T00:00:00Z" }],
    ["week", "UTC", { now: "2026-11-23T00:00:00Z", start: "2026-11-23T00:00:00Z", end: "2026-11-30T00:00:00Z" }],
    ["month", "UTC", { now: "2026-02-28T23:59:59Z", start: "2026-02-01T00:00:00Z", end: "2026-03-01T00:00:00Z" }],
    ["month", "Pacific/Auckland", { now: "2026-12-31T11:00:00Z", start: "2026-12-31T11:00:00Z", end: "2027-01-31T11:00:00Z" }],
    // Days on which the clocks change last 23 and 25 hours.
    ["day", "Europe/Berlin", { now: "2026-03-29T12:00:00Z", start: "2026-03-28T23:00:00Z", end: "2026-03-29T22:00:00Z" }],
    ["day", "Europe/Berlin", { now: "2026-10-25T12:00:00Z", start: "2026-10-24T22:00:00Z", end: "2026-10-25T23:00:00Z" }],
    ["month", "Europe/Berlin", { now: "2026-03-15T00:00:00Z", start: "2026-02-28T23:00:00Z", end: "2026-03-31T22:00:00Z" }],
    ["week", "America/New_York", { now: "2026-11-01T12:00:00Z", start: "2026-10-26T04:00:00Z", end: "2026-11-02T05:00:00Z" }],
  ] as const)("%s in %s: %o", (unit, zone, { end, now, start }) => {
    const span = spanOf(calendar(unit, zone), at(now));
    expect([span.start, span.from, span.end].map((ms) => new Date(ms).toISOString())).toEqual(
      [start, start, end].map((text) => new Date(text).toISOString()),
    );
  });

  it.each(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "America/Santiago", "Asia/Beirut"])(
    "in %s for every hour of a year, without a gap or an overlap",
    (zone) => {
      for (const unit of ["day", "week", "month"] as const) expectNoGaps(calendar(unit, zone));
    },
  );

  it("and a zone that nobody knows is refused", () => {
    expect(() => spanOf(calendar("day", "Mars/Olympus"), 0)).toThrow(/no time zone 'Mars\/Olympus'/u);
  });
});

it.each([1_000, 60_000, 3_600_000, 777])("what happened in the last %i ms counts, and a thirtieth more at most", (ms) => {
  const window: LedgerWindow = { kind: "sliding", ms };
  for (let then = 1_800_000_000_000; then < 1_800_000_000_000 + 3 * ms; then += Math.max(1, Math.floor(ms / 97))) {
    const { end, start } = spanOf(window, then);
    expect(spanOf(window, then + ms).from <= start, `${then} + ${ms}`).toBe(true);
    expect(end - then).toBeGreaterThan(ms);
    expect(end - then).toBeLessThanOrEqual(ms + Math.ceil(ms / 30) + 1);
    expect(spanOf(window, end).from).toBeGreaterThan(start);
  }
});
