/** Tells how far a time zone is from UTC. */
export interface ZoneClock {
  /** Milliseconds to add to an instant (epoch milliseconds) for its local time. @throws RangeError when it is no instant */
  offsetMs(instant: number): number;
}

const MINUTE_MS = 60_000;
const OFFSET = /^GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/;
/** By canonical name, a few hundred at most: a formatter holds some tens of kilobytes, and rules share their zones. */
const CLOCKS = new Map<string, ZoneClock>();

/** The clock of an IANA time zone such as `Europe/Berlin`, or null when there is no such zone. */
export function findZoneClock(zone: string): ZoneClock | null {
  const formatter = createFormatter(zone);
  if (formatter === null) return null;
  const { timeZone } = formatter.resolvedOptions();
  const clock = CLOCKS.get(timeZone) ?? createClock(formatter);
  CLOCKS.set(timeZone, clock);
  return clock;
}

function createFormatter(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch {
    return null; // RangeError: the one way to learn that the platform does not know the zone.
  }
}

/** Zones change on whole minutes, and formatting takes some 20 µs: it is done once for the minute that requests are in. */
function createClock(formatter: Intl.DateTimeFormat): ZoneClock {
  let minute = Number.NaN;
  let offset = 0;
  return {
    offsetMs: (instant) => {
      const asked = Math.floor(instant / MINUTE_MS);
      if (asked === minute) return offset;
      const name = formatter.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value ?? "";
      offset = parseOffset(name);
      minute = asked;
      return offset;
    },
  };
}

/** `GMT+05:30` → milliseconds; plain `GMT` is zero. */
function parseOffset(name: string): number {
  const [, sign = "+", hours = "0", minutes = "0", seconds = "0"] = OFFSET.exec(name) ?? [];
  const size = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return sign === "-" ? -size : size;
}
