import type { Standing } from "./tally.ts";

const METERS = ["requests", "tokens"] as const;

/** `x-ratelimit-*` of the tightest limit of each meter that callers can count themselves. */
export function limitHeaders(standings: readonly Standing[]): readonly (readonly [name: string, value: string])[] {
  const headers: (readonly [string, string])[] = [];
  for (const meter of METERS) {
    const tightest = tightestOf(standings, meter);
    if (tightest === null) continue;
    headers.push([`x-ratelimit-limit-${meter}`, String(tightest.limit)]);
    headers.push([`x-ratelimit-remaining-${meter}`, String(tightest.remaining)]);
    headers.push([`x-ratelimit-reset-${meter}`, durationText(tightest.resetMs)]);
  }
  return headers;
}

/** The one of which the smallest share is left. */
function tightestOf(standings: readonly Standing[], meter: Standing["meter"]): Standing | null {
  let tightest: Standing | null = null;
  for (const standing of standings) {
    if (standing.meter === meter && (tightest === null || shareOf(standing) < shareOf(tightest))) tightest = standing;
  }
  return tightest;
}

function shareOf({ limit, remaining }: Standing): number {
  return remaining / limit;
}

/** As OpenAI writes it: `350ms`, `12s`, `6m0s`, `26h3m9s`. */
function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1_000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60];
  return `${hours > 0 ? `${hours}h` : ""}${seconds >= 60 ? `${minutes}m` : ""}${rest}s`;
}
