/** Ejections that follow one another last twice as long each, up to a cap. */
export interface EjectionRule {
  readonly baseMs: number;
  readonly capMs: number;
}

const FORGIVEN_AFTER_MS = 60_000;
/** No rule grows beyond it, so more of them would only take longer to forgive. */
const MAX_ROUND = 6;

/** Milliseconds of the `round`th ejection in a row, from 1. */
export function ejectionMs({ baseMs, capMs }: EjectionRule, round: number): number {
  return Math.min(capMs, baseMs * 2 ** (round - 1));
}

/** The round of an ejection that follows `round` after `healthyMs` in service: each whole minute forgives one. */
export function nextRound(round: number, healthyMs: number): number {
  const left = Math.max(0, round - Math.max(0, Math.floor(healthyMs / FORGIVEN_AFTER_MS)));
  return Math.min(MAX_ROUND, left + 1);
}
