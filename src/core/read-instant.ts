import type { ZoneClock } from "./expression/zone-clock.ts";
import { spanOf } from "./ledger/span.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const NOON_MS = 43_200_000;

/**
 * Epoch milliseconds of a day's first moment in a time zone, `2026-11-22`, or of an instant that names its own,
 * `2026-11-22T10:00:00+01:00`; null for anything else. @throws RangeError for a time zone that there is not
 */
export function readInstant(
  text: string,
  { clock, timeZone }: { readonly clock: ZoneClock; readonly timeZone: string },
): number | null {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return null;
  if (!DAY.test(text)) return at;
  // The 31st of February is read as a day in March.
  if (!new Date(at).toISOString().startsWith(text)) return null;
  const noon = at + NOON_MS;
  return spanOf({ kind: "calendar", unit: "day", timeZone }, noon - clock.offsetMs(noon)).start;
}
