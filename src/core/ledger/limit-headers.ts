import type { Standing } from "./tally.ts";

const METERS = ["requests", "tokens"] as const;

/** `x-ratelimit-*` of the tightest limit of each meter that callers can count themselves. */
export function limitHeaders(standings: readonly Standing[]): readonly (readonly [name: string, value: string])[] {
  return METERS.flatMap((meter) => {
    const tightest = tightestOf(standings.filter((standing) => standing.meter === meter));
    if (tightest === null) return [];
    const { limit, remaining, resetMs } = tightest;
    return [
      [`x-ratelimit-limit-${meter}`, String(limit)],
      [`x-ratelimit-remaining-${meter}`, String(remaining)],
      [`x-ratelimit-reset-${meter}`, durationText(resetMs)],
    ] as const;
  });
}

/** The one of which the smallest share is left. */
function tightestOf(standings: readonly Standing[]): Standing | null {
  const [first, ...others] = standings;
  if (first === undefined) return null;
  return others.reduce((tightest, each) => (shareOf(each) < shareOf(tightest) ? each : tightest), first);
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
