import type { CompiledTimeWindow } from "../policy/compiled.ts";
import type { Condition } from "../policy/linked.ts";

const DAY_NAMES = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MINUTE_MS = 60_000;

interface LocalMinute {
  readonly day: number;
  readonly minute: number;
}

/** Holds inside a window of the week, by the clock of its time zone; one over midnight belongs to the day on which it begins. */
export function createTimeWindow(window: CompiledTimeWindow): Condition {
  const clock = createLocalClock(window.timeZone);
  return {
    holds: ({ now }) => isInside(window, clock(now)),
    describe: ({ now }) => {
      const { day, minute } = clock(now);
      return `it is ${DAY_NAMES[day] ?? ""} ${timeText(minute)} in ${window.timeZone}, wanted ${windowText(window)}`;
    },
  };
}

function isInside({ days, fromMinute, toMinute }: CompiledTimeWindow, { day, minute }: LocalMinute): boolean {
  if (fromMinute < toMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute;
  return (minute >= fromMinute && days.includes(day)) || (minute < toMinute && days.includes((day + 6) % 7));
}

/** The local time, worked out once a minute: a calendar is dear. */
function createLocalClock(timeZone: string): (now: number) => LocalMinute {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  let knownMinute = Number.NaN;
  let known: LocalMinute = { day: 0, minute: 0 };
  return (now) => {
    const current = Math.floor(now / MINUTE_MS);
    if (current === knownMinute) return known;
    const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
    known = {
      day: DAY_NAMES.indexOf(parts.get("weekday") ?? ""),
      minute: Number(parts.get("hour")) * 60 + Number(parts.get("minute")),
    };
    knownMinute = current;
    return known;
  };
}

function windowText({ days, fromMinute, toMinute }: CompiledTimeWindow): string {
  return `${days.map((day) => DAY_NAMES[day]).join(" ")} ${timeText(fromMinute)} to ${timeText(toMinute)}`;
}

function timeText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}
