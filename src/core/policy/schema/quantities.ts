/** Milliseconds per unit of a Gateway API duration. */
const DURATION_UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
/** Bytes per suffix of a Kubernetes quantity; binary suffixes count in 1,024s, decimal ones in 1,000s. */
const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};
const MICRO_DIGITS = 6;

export const DURATION_PATTERN = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;
export const SIZE_PATTERN = /^[0-9]{1,10}(Ki|Mi|Gi|k|M|G)?$/;
export const USD_PATTERN = /^[0-9]{1,6}(\.[0-9]{1,6})?$/;
export const PERCENTAGE_PATTERN = /^(100|[0-9]{1,2}(\.[0-9]{1,2})?)%$/;

/** `1h30m` → 5,400,000. Expects text that matches `DURATION_PATTERN`; whatever does not match counts as nothing. */
export function toMilliseconds(duration: string): number {
  let total = 0;
  for (const [, count, unit] of duration.matchAll(/([0-9]+)(h|ms|m|s)/g)) {
    total += Number(count) * (DURATION_UNITS_MS[unit ?? ""] ?? 0);
  }
  return total;
}

/** `4Mi` → 4,194,304. Expects text that matches `SIZE_PATTERN`. */
export function toBytes(size: string): number {
  const [, count, unit] = /^([0-9]+)([A-Za-z]*)$/.exec(size) ?? [];
  return Number(count ?? 0) * (SIZE_UNITS_BYTES[unit ?? ""] ?? 0);
}

/** `0.15` → 150,000 micro-USD, without a floating-point step. Expects text that matches `USD_PATTERN`. */
export function toMicroUsd(usd: string): number {
  const [whole = "0", fraction = ""] = usd.split(".");
  return Number(whole) * 1_000_000 + Number(fraction.padEnd(MICRO_DIGITS, "0"));
}

/** `10%` → 10. Expects text that matches `PERCENTAGE_PATTERN`. */
export function toPercent(percentage: string): number {
  return Number(percentage.slice(0, -1));
}
