import { expect, it } from "vitest";
import { readRetryAfter } from "../../../src/core/routing/retry-after.ts";

/** Fri, 06 Nov 2026 08:49:37 GMT */
const NOW = Date.UTC(2026, 10, 6, 8, 49, 37);

const after = (text: string) => ({ "retry-after": text });

const FORMS: readonly (readonly [string, Readonly<Record<string, string>>, number | null])[] = [
  ["whole seconds", after("25"), 25],
  ["no wait", after("0"), 0],
  ["a fraction of a second", after("1.5"), 1.5],
  ["white space around", after("  7 "), 7],
  ["the first item of a list", after("25, 30"), 25],
  ["more than five minutes", after("86400"), 300],
  ["a negative number", after("-5"), null],
  ["an exponent", after("1e99"), null],
  ["hexadecimal", after("0x10"), null],
  ["a sign", after("+5"), null],
  ["infinity", after("Infinity"), null],
  ["words", after("soon, perhaps"), null],
  ["nothing", after(""), null],
  ["a number and a unit", after("5s"), null],
  ["a bare year", after("2026"), 300],
  ["an HTTP-date", after("Fri, 06 Nov 2026 08:50:02 GMT"), 25],
  ["an RFC 850 date", after("Friday, 06-Nov-26 08:50:02 GMT"), 25],
  ["an asctime date", after("Fri Nov  6 08:50:02 2026"), 25],
  ["a date that has passed", after("Wed, 21 Oct 2015 07:28:00 GMT"), 0],
  ["a date far ahead", after("Fri, 06 Nov 2099 08:49:37 GMT"), 300],
  ["no date", after("Fri, 99 Nov 2026 08:50:02 GMT"), null],
  ["an ISO date", after("2026-11-06T08:50:02Z"), null],
  ["milliseconds", { "retry-after-ms": "2500" }, 2.5],
  ["milliseconds before seconds", { "retry-after-ms": "1500", "retry-after": "60" }, 1.5],
  ["seconds when the milliseconds are garbage", { "retry-after-ms": "NaN", "retry-after": "60" }, 60],
  ["a reset of requests", { "x-ratelimit-reset-requests": "25s" }, 25],
  ["a reset in minutes", { "x-ratelimit-reset-requests": "6m0s" }, 300],
  ["a reset in hours", { "x-ratelimit-reset-requests": "1h2m" }, 300],
  ["a reset in milliseconds", { "x-ratelimit-reset-requests": "20ms" }, 0.02],
  ["a reset of minutes and milliseconds", { "x-ratelimit-reset-tokens": "1m500ms" }, 60.5],
  ["a reset in bare seconds", { "x-ratelimit-reset-tokens": "12" }, 12],
  ["requests before tokens", { "x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s" }, 1],
  [
    "that of the limit which is used up",
    {
      "x-ratelimit-reset-requests": "12ms",
      "x-ratelimit-remaining-requests": "59",
      "x-ratelimit-reset-tokens": "30s",
      "x-ratelimit-remaining-tokens": "0",
    },
    30,
  ],
  ["a reset at a time", { "x-ratelimit-reset": String(NOW / 1_000 + 25) }, 25],
  ["a reset at a time in milliseconds", { "x-ratelimit-reset": String(NOW + 25_000) }, 25],
  ["a reset at a time that has passed", { "x-ratelimit-reset": String(NOW / 1_000 - 25) }, 0],
  ["retry-after before resets", { "retry-after": "9", "x-ratelimit-reset-requests": "1s" }, 9],
  ["a reset when retry-after is garbage", { "retry-after": "later", "x-ratelimit-reset": "4" }, 4],
  ["an empty reset", { "x-ratelimit-reset": "" }, null],
  ["a reset of no duration", { "x-ratelimit-reset": "never" }, null],
  ["no header", {}, null],
];

it.each(FORMS)("reads %s", (_, headers, seconds) => {
  const wait = readRetryAfter((name) => headers[name] ?? null, 429, NOW);
  if (seconds === null) expect(wait).toBeNull();
  else expect(wait).toBeCloseTo(seconds, 6);
});

it.each([400, 500, 503])("takes no reset of a limit for a wait after a %d, which has nothing to do with it", (status) => {
  const read = (headers: Readonly<Record<string, string>>) => readRetryAfter((name) => headers[name] ?? null, status, NOW);
  expect(read({ "x-ratelimit-reset-requests": "6m0s", "x-ratelimit-remaining-requests": "0" })).toBeNull();
  expect(read({ "x-ratelimit-reset-requests": "6m0s", "retry-after": "2" })).toBe(2);
});
