/** The value below which `share` (0 to 1) of the values lie; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The smallest distance between two neighbours; Infinity of fewer than two. */
export function leastGap(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return Math.min(Infinity, ...sorted.slice(1).map((value, index) => value - (sorted[index] ?? value)));
}
