import { findZoneClock, type ZoneClock } from "../expression/zone-clock.ts";
import type { CalendarUnit, LedgerWindow } from "./account.ts";

/** A sliding window is counted in so many pieces, and one more: the oldest counts whole, so it never grants too much. */
export const PIECES = 30;

/** Where an instant falls in a window: amounts of one piece are kept together. Epoch milliseconds. */
export interface Span {
  /** The piece that counts what happens now. */
  readonly start: number;
  /** Pieces from this one on are inside the window. */
  readonly from: number;
  /** When what counts in the piece of now is forgotten. */
  readonly end: number;
}

const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const FIRST_MONDAY = 4;
/** Reckoning costs more than a whole admission, and a day is the same for all of its requests. */
const current = new Map<string, Span>();
const MOST_CURRENT = 1_000;

/** The span of a window at an instant. @throws RangeError for a time zone that the platform does not know */
export function spanOf(window: LedgerWindow, now: number): Span {
  switch (window.kind) {
    case "now":
      return { start: 0, from: 0, end: Number.POSITIVE_INFINITY };
    case "sliding": {
      const pieceMs = window.ms / PIECES;
      const piece = Math.floor(now / pieceMs);
      const startOf = (index: number): number => Math.ceil(index * pieceMs);
      return { start: startOf(piece), from: startOf(piece - PIECES), end: startOf(piece + PIECES + 1) };
    }
    case "calendar":
      return calendarSpan(window, now);
  }
}

function calendarSpan({ timeZone, unit }: Extract<LedgerWindow, { kind: "calendar" }>, now: number): Span {
  const name = `${unit} ${timeZone}`;
  const known = current.get(name);
  if (known !== undefined && known.start <= now && now < known.end) return known;
  const clock = findZoneClock(timeZone);
  if (clock === null) throw new RangeError(`There is no time zone '${timeZone}'.`);
  const [first, next] = localBounds(unit, now + clock.offsetMs(now));
  const start = toInstant(first, clock);
  const span = { start, from: start, end: toInstant(next, clock) };
  if (current.size >= MOST_CURRENT) current.clear();
  current.set(name, span);
  return span;
}

/** The first instant at which the zone's clocks show that time or a later one: some midnights do not exist, others come twice. */
function toInstant(local: number, clock: ZoneClock): number {
  const offsets = [clock.offsetMs(local - DAY_MS), clock.offsetMs(local + DAY_MS)];
  const instants = offsets.map((offset) => local - offset).toSorted((left, right) => left - right);
  return instants.find((instant) => instant + clock.offsetMs(instant) >= local) ?? Math.max(...instants);
}

/** First moments of this day, week or month and of the next, as if local time were UTC. */
function localBounds(unit: CalendarUnit, local: number): readonly [number, number] {
  const day = Math.floor(local / DAY_MS);
  if (unit === "day") return [day * DAY_MS, (day + 1) * DAY_MS];
  if (unit === "week") {
    const monday = day - ((((day - FIRST_MONDAY) % 7) + 7) % 7);
    return [monday * DAY_MS, (monday + 7) * DAY_MS];
  }
  const date = new Date(local);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)];
}
