import type { OutgoingHttpHeaders } from "node:http";
import { MisuseError } from "./behaviour.ts";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Ten ways an upstream says "not before". @throws MisuseError for a form beyond 9. @see RFC 9110 section 10.2.3 */
export function buildRetryAfterHeaders(form: number, seconds: number, nowMs: number): OutgoingHttpHeaders {
  // A date has no fraction, so it is rounded up: it never asks for less than `seconds`.
  const then = new Date(Math.ceil((nowMs + seconds * 1_000) / 1_000) * 1_000);
  const forms: readonly OutgoingHttpHeaders[] = [
    { "retry-after": String(seconds) },
    { "retry-after": then.toUTCString() },
    { "retry-after-ms": String(seconds * 1_000) },
    {
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": `${seconds}s`,
      "x-ratelimit-reset-tokens": "6m0s",
    },
    { "retry-after": "-5" },
    { "retry-after": "1e99" },
    { "retry-after": "soon, perhaps" },
    { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" },
    { "retry-after": formatRfc850(then) },
    // Capitals because Node's types know only one `retry-after`; the wire does not mind.
    { "Retry-After": [String(seconds), String(seconds + 5)] },
  ];
  const headers = forms[form];
  if (headers === undefined) throw new MisuseError(`@form=${form} is not one of 0 to ${forms.length - 1}.`);
  return headers;
}

/** `Sunday, 06-Nov-94 08:49:37 GMT`: obsolete, yet every recipient must still read it. @see RFC 9110 section 5.6.7 */
function formatRfc850(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${DAYS[date.getUTCDay()] ?? ""}, ${day ?? ""}-${month ?? ""}-${year?.slice(2) ?? ""} ${time ?? ""} GMT`;
}
