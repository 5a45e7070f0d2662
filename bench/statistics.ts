/** Value at a share of the sorted values, interpolated. @throws RangeError on an empty list */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const position = (sorted.length - 1) * share;
  const lower = sorted[Math.floor(position)];
  const upper = sorted[Math.ceil(position)];
  if (lower === undefined || upper === undefined) throw new RangeError("A quantile of no values.");
  return lower + (upper - lower) * (position - Math.floor(position));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Rounds to three significant digits below 100 and to whole numbers from there on: no figure here is better than that. */
export function roundFigure(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** Median and quartiles of the per-round ratios; rounds are paired because a noisy moment slows both of a pair. */
export function ratioOfRounds(
  values: readonly number[],
  baseline: readonly number[],
): { readonly ratio: number; readonly ratioQuartiles: readonly [number, number] } | undefined {
  const ratios = values.flatMap((value, round) => {
    const reference = baseline[round];
    return reference !== undefined && Number.isFinite(value / reference) ? [value / reference] : [];
  });
  if (ratios.length === 0) return undefined;
  return {
    ratio: roundFigure(median(ratios)),
    ratioQuartiles: [roundFigure(quantile(ratios, 0.25)), roundFigure(quantile(ratios, 0.75))],
  };
}
