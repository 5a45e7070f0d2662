import { expect, it } from "vitest";
import { findZoneClock } from "../../src/core/expression/zone-clock.ts";
import { readInstant } from "../../src/core/read-instant.ts";

const read = (text: string, timeZone: string) => {
  const at = readInstant(text, { clock: findZoneClock(timeZone) ?? expect.unreachable(), timeZone });
  return at === null ? null : new Date(at).toISOString();
};

it.each([
  ["2026-11-22", "UTC", "2026-11-22T00:00:00.000Z"],
  ["2026-11-22", "Europe/Berlin", "2026-11-21T23:00:00.000Z"],
  ["2026-11-22", "Pacific/Kiritimati", "2026-11-21T10:00:00.000Z"],
  ["2026-11-22", "Pacific/Pago_Pago", "2026-11-22T11:00:00.000Z"],
  // Clocks go forward at midnight: the day begins at one.
  ["2026-09-06", "America/Santiago", "2026-09-06T04:00:00.000Z"],
  ["2026-11-22T10:00:00+01:00", "UTC", "2026-11-22T09:00:00.000Z"],
  ["2026-02-31", "UTC", null],
  ["yesterday", "UTC", null],
])("reads %s in %s", (text, timeZone, instant) => {
  expect(read(text, timeZone)).toBe(instant);
});
