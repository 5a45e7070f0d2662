/** What a bound would have given, of this traffic. */
export interface CurvePoint {
  readonly maxFalseHitRate: number;
  /** Share of the requests that looked for an answer. */
  readonly hitRate: number;
  readonly hits: number;
  /** Of those that were labelled, by their weight, the share of wrong ones; null where none was. */
  readonly falseHitRate: number | null;
}

/** Hits, and by weight those labelled and those labelled wrong, of each bound. */
export interface CurveState {
  readonly requests: number;
  readonly hits: readonly number[];
  readonly labelled: readonly number[];
  readonly wrong: readonly number[];
}

const BOUNDS = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2] as const;
const NONE: readonly number[] = BOUNDS.map(() => 0);

export const NEW_CURVE: CurveState = { requests: 0, hits: NONE, labelled: NONE, wrong: NONE };

/** One more request looked for an answer; `low` is what the model says of the one proposed, null where none was. */
export function afterRequest(state: CurveState, low: number | null): CurveState {
  const hits = state.hits.map((count, at) => count + (isGiven(low, at) ? 1 : 0));
  return { ...state, requests: state.requests + 1, hits };
}

/** `weight`: how many hits like it went unlabelled for this one. */
export function afterLabel(
  state: CurveState,
  low: number,
  { label, weight }: { readonly label: 0 | 1; readonly weight: number },
) {
  const add = (sums: readonly number[], amount: number): readonly number[] =>
    sums.map((sum, at) => sum + (isGiven(low, at) ? amount : 0));
  return { ...state, labelled: add(state.labelled, weight), wrong: add(state.wrong, label === 0 ? weight : 0) };
}

export function pointsOf({ hits, labelled, requests, wrong }: CurveState): readonly CurvePoint[] {
  return BOUNDS.map((maxFalseHitRate, at) => ({
    maxFalseHitRate,
    hitRate: (hits[at] ?? 0) / Math.max(1, requests),
    hits: hits[at] ?? 0,
    falseHitRate: labelled[at] === 0 ? null : (wrong[at] ?? 0) / (labelled[at] ?? 1),
  }));
}

function isGiven(low: number | null, at: number): boolean {
  return low !== null && low >= 1 - (BOUNDS[at] ?? 0);
}
