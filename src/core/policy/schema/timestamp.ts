const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;
export const TIMESTAMP_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;
const DAY_MS = 86_400_000;
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * RFC 3339 time → epoch milliseconds, or null when it is none (February 30th). Arithmetic instead of `Date`, so that
 * core cannot read a clock by accident.
 */
export function toEpochMs(timestamp: string): number | null {
  const match = TIMESTAMP.exec(timestamp);
  if (match === null) return null;
  const days = daysOf(match);
  const minutes = minutesOf(match);
  const offsetMinutes = offsetOf(match);
  const second = Number(match[6]);
  if (days === null || minutes === null || offsetMinutes === null || second > 59) return null;
  const fractionMs = Number((match[7] ?? "").padEnd(3, "0"));
  return days * DAY_MS + ((minutes - offsetMinutes) * 60 + second) * 1_000 + fractionMs;
}

function daysOf(match: RegExpExecArray): number | null {
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month);
  return exists ? daysSinceEpoch(year, month, day) : null;
}

function minutesOf(match: RegExpExecArray): number | null {
  const [hour, minute] = [Number(match[4]), Number(match[5])];
  return hour <= 23 && minute <= 59 ? hour * 60 + minute : null;
}

function offsetOf(match: RegExpExecArray): number | null {
  const hours = Number(match[9] ?? 0);
  const minutes = Number(match[10] ?? 0);
  if (hours > 23 || minutes > 59) return null;
  return (match[8] === "-" ? -1 : 1) * (hours * 60 + minutes);
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function monthLength(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_LENGTHS[month - 1] ?? 0);
}

/** Leap days of all years up to and including `year`. */
function leapDays(year: number): number {
  return Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
}

function daysSinceEpoch(year: number, month: number, day: number): number {
  let days = (year - 1970) * 365 + leapDays(year - 1) - leapDays(1969) + day - 1;
  for (let earlier = 1; earlier < month; earlier++) days += monthLength(year, earlier);
  return days;
}
