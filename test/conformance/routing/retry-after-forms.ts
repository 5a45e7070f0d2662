/** One way in which an upstream says when to come back. */
export interface RetryAfterForm {
  /** What it says, as a reader would recognise it. */
  readonly says: string;
  /** Lower-case names; `nowMs` is the clock that dates are written by. */
  headers(nowMs: number): Readonly<Record<string, string>>;
  /** What is to be waited, in seconds; null where it says nothing usable. A date may mean up to a second more. */
  readonly seconds: number | null;
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/** Requests and tokens alike, with the reset in a third header as well: the first usable one counts. */
const RESET_HEADERS = ["x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "x-ratelimit-reset"];

const fixed = (name: string, value: string, seconds: number | null): RetryAfterForm => ({
  says: `${name}: ${value}`,
  headers: () => ({ [name]: value }),
  seconds,
});

const after = (value: string, seconds: number | null): RetryAfterForm => fixed("retry-after", value, seconds);
const afterMs = (value: string, seconds: number | null): RetryAfterForm => fixed("retry-after-ms", value, seconds);

/** A date is rounded up: it never asks for less. */
const dated = (says: string, seconds: number, write: (date: Date) => string): RetryAfterForm => ({
  says: `retry-after: ${says}`,
  headers: (nowMs) => ({ "retry-after": write(new Date(Math.ceil(nowMs / 1_000 + seconds) * 1_000)) }),
  seconds: Math.max(0, seconds),
});

function writeRfc850(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${DAYS[date.getUTCDay()] ?? ""}, ${day ?? ""}-${month ?? ""}-${year?.slice(2) ?? ""} ${time ?? ""} GMT`;
}

const several = (headers: Readonly<Record<string, string>>, seconds: number | null): RetryAfterForm => ({
  says: Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join(" + "),
  headers: () => headers,
  seconds,
});

/** Sixty and more: seconds, milliseconds, dates, the reset headers of providers, several at once, and what means nothing. */
export const RETRY_AFTER_FORMS: readonly RetryAfterForm[] = [
  after("1", 1),
  after("1.5", 1.5),
  after("0", 0),
  after("01", 1),
  after(" 1 ", 1),
  after("1.0", 1),
  after("2, 30", 2),
  after("1, 7", 1),
  after("300", 300),
  after("301", 300),
  after("86400", 300),
  after("99999999999999999999", 300),
  after("-5", null),
  after("1e99", null),
  after("1e1", null),
  after("+1", null),
  after("0x10", null),
  after("NaN", null),
  after("Infinity", null),
  after("soon, perhaps", null),
  after("1 s", null),
  after("1;2", null),
  after("", null),
  afterMs("1000", 1),
  afterMs("300", 0.3),
  afterMs("250.5", 0.2505),
  afterMs("0", 0),
  afterMs("900000", 300),
  afterMs("-1", null),
  afterMs("later", null),
  afterMs("1e3", null),
  afterMs("1000, 2000", 1),
  dated("an IMF-fixdate in 1 s", 1, (date) => date.toUTCString()),
  dated("an IMF-fixdate in 900 s", 300, (date) => new Date(date.getTime() + 600_000).toUTCString()),
  dated("an RFC 850 date in 1 s", 1, writeRfc850),
  dated("an IMF-fixdate that has passed", -60, (date) => date.toUTCString()),
  after("Wed, 21 Oct 2015 07:28:00 GMT", 0),
  after("Wednesday, 21-Oct-15 07:28:00 GMT", 0),
  after("Wed, 99 Foo 2015 07:28:00 GMT", null),
  after("2015-10-21T07:28:00Z", null),
  ...RESET_HEADERS.map((name) => fixed(name, "1s", 1)),
  ...RESET_HEADERS.map((name) => fixed(name, "600ms", 0.6)),
  fixed("x-ratelimit-reset-requests", "6m0s", 300),
  fixed("x-ratelimit-reset-requests", "1m1s", 61),
  fixed("x-ratelimit-reset-tokens", "1h0m0s", 300),
  fixed("x-ratelimit-reset", "1", 1),
  fixed("x-ratelimit-reset", "0.5", 0.5),
  fixed("x-ratelimit-reset", "tomorrow", null),
  fixed("x-ratelimit-reset-requests", "s", null),
  several({ "retry-after": "1", "x-ratelimit-reset-requests": "6m0s" }, 1),
  several({ "retry-after": "30", "retry-after-ms": "1000" }, 1),
  several({ "retry-after": "soon", "x-ratelimit-reset-tokens": "1s" }, 1),
  several({ "retry-after-ms": "x", "retry-after": "1" }, 1),
  several({ "retry-after": "-1", "retry-after-ms": "-1", "x-ratelimit-reset": "-1" }, null),
  several({ "x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s" }, 1),
  several({ "x-ratelimit-reset-requests": "?", "x-ratelimit-reset-tokens": "1s" }, 1),
  several({ "x-ratelimit-remaining-requests": "0", "x-ratelimit-limit-requests": "60" }, null),
  several({}, null),
];
