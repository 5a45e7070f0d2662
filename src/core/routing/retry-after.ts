const MAX_SECONDS = 300;
const GO_DURATION = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;
const HTTP_DATE = /^[A-Z][a-z]{2,8},? /;

type Header = (name: string) => string | null;

const LIMITS = ["-requests", "-tokens", ""] as const;
const TOO_MANY_REQUESTS = 429;
/** A larger number is no wait but a time: in seconds since 1970, or in milliseconds. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLISECONDS = 1e12;

/**
 * The wait an upstream asks for, in seconds, clamped to [0, 300]; null when it says nothing usable. Reads
 * `retry-after-ms`, `retry-after` (seconds or HTTP-date, RFC 850 dates too) and, of a 429, `x-ratelimit-reset*` (`6m0s`,
 * `1s`, seconds, or a time since 1970): that of the limit of which nothing remains, else the first. Of a list the first
 * item counts. Garbage is ignored, never guessed at.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function readRetryAfter(header: Header, status: number, now: number): number | null {
  const milliseconds = readNumber(header("retry-after-ms"));
  if (milliseconds !== null) return clamp(milliseconds / 1_000);
  const text = header("retry-after");
  const seconds = readNumber(text) ?? readDate(text, now);
  if (seconds !== null) return clamp(seconds);
  // Providers send these with every answer: of any other they say nothing about what failed.
  const wait = status === TOO_MANY_REQUESTS ? readReset(header, now) : null;
  return wait === null ? null : clamp(wait);
}

function readReset(header: Header, now: number): number | null {
  const told = LIMITS.flatMap((limit) => {
    const value = header(`x-ratelimit-reset${limit}`);
    const wait = readDuration(value) ?? readWaitOrTime(value, now);
    return wait === null ? [] : [{ wait, isUsedUp: header(`x-ratelimit-remaining${limit}`)?.trim() === "0" }];
  });
  const usedUp = told.filter(({ isUsedUp }) => isUsedUp).map(({ wait }) => wait);
  return usedUp.length > 0 ? Math.max(...usedUp) : (told[0]?.wait ?? null);
}

function readWaitOrTime(text: string | null, now: number): number | null {
  const number = readNumber(text);
  if (number === null || number < EPOCH_SECONDS) return number;
  return (number < EPOCH_MILLISECONDS ? number * 1_000 - now : number - now) / 1_000;
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
