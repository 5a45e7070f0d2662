import { DURATION_PATTERN, toMilliseconds } from "../core/policy/schema/quantities.ts";
import { toEpochMs } from "../core/policy/schema/timestamp.ts";

const DAY_MS = 86_400_000;

/** `90d`, `12h`, a time or `never` → RFC 3339 time without fraction, or null for never. @throws Error when it is none of these. */
export function parseExpiry(text: string, now: number): string | null {
  if (text === "never") return null;
  const expiresMs = toExpiryMs(text, now);
  if (expiresMs === null || expiresMs <= now) {
    throw new Error(`--expires "${text}" is no time to come: say 90d, 12h, never or a time such as 2027-01-01T00:00:00Z.`);
  }
  return toTimestamp(expiresMs);
}

/** Epoch milliseconds → RFC 3339 without fraction, as policies have it. */
export function toTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, "Z");
}

function toExpiryMs(text: string, now: number): number | null {
  const days = /^([1-9]\d{0,4})d$/.exec(text)?.[1];
  if (days !== undefined) return now + Number(days) * DAY_MS;
  return DURATION_PATTERN.test(text) ? now + toMilliseconds(text) : toEpochMs(text);
}
