const MAX_SECONDS = 300;
const GO_DURATION = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;
const HTTP_DATE = /^[A-Z][a-z]{2,8},? /;

/**
 * The wait an upstream asks for, in seconds, clamped to [0, 300]; null when it says nothing usable. Reads
 * `retry-after-ms`, `retry-after` (seconds or HTTP-date, RFC 850 dates too) and `x-ratelimit-reset*` (`6m0s`, `1s`,
 * seconds). Of a list the first item counts. Garbage is ignored, never guessed at.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function readRetryAfter(header: (name: string) => string | null, now: number): number | null {
  const milliseconds = readNumber(header("retry-after-ms"));
  if (milliseconds !== null) return clamp(milliseconds / 1_000);
  const text = header("retry-after");
  const seconds = readNumber(text) ?? readDate(text, now);
  if (seconds !== null) return clamp(seconds);
  for (const name of ["x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "x-ratelimit-reset"]) {
    const value = header(name);
    const wait = readDuration(value) ?? readNumber(value);
    if (wait !== null) return clamp(wait);
  }
  return null;
}

function readNumber(text: string | null): number | null {
  const first = text?.split(",", 1)[0]?.trim() ?? "";
  if (!/^\d+(?:\.\d+)?$/.test(first)) return null;
  return Number(first);
}

function readDate(text: string | null, now: number): number | null {
  if (text === null || !HTTP_DATE.test(text)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : (time - now) / 1_000;
}

function readDuration(text: string | null): number | null {
  const match = text === null || text === "" ? null : GO_DURATION.exec(text);
  if (match === null) return null;
  const [, hours = "0", minutes = "0", seconds = "0", milliseconds = "0"] = match;
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds) + Number(milliseconds) / 1_000;
}

function clamp(seconds: number): number {
  return Math.min(MAX_SECONDS, Math.max(0, seconds));
}
