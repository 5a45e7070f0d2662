import type { CompiledBalance, CompiledLeastCost } from "../policy/compiled.ts";
import type { LinkedTarget } from "../policy/linked.ts";
import { affinityKey, stickyDraw } from "./affinity.ts";
import type { RouteFacts } from "./route-facts.ts";
import type { TargetView } from "./target-view.ts";

/** A target that may be asked now, and its share: its weight, less while it is let back in. */
export interface Candidate {
  readonly target: LinkedTarget;
  readonly weight: number;
}

/** What a policy can say, and what only a caller's wish can. */
export type Balance = CompiledBalance | { readonly kind: "most-tokens" };

export interface Choosing {
  readonly facts: RouteFacts;
  readonly view: TargetView;
  readonly now: number;
  /** [0, 1) */
  readonly draw: () => number;
}

/** With the same key a target takes up to this much more than its share of what is in flight before another one helps out. */
const BOUNDED_LOAD = 1.25;
/** Fewer in flight than this is no load, and keeps together what belongs together. */
const BOUND_FROM = 4;
const UNKNOWN_PRICE = Number.POSITIVE_INFINITY;

/** The index of the candidate that is asked next. There is at least one. */
export function choose(balance: Balance, candidates: readonly Candidate[], choosing: Choosing): number {
  if (candidates.length === 1) return 0;
  switch (balance.kind) {
    case "weighted":
      return drawByWeight(candidates, choosing.draw());
    case "least-latency":
      return betterOfTwo(candidates, balance.costExponent, choosing);
    case "least-cost":
      return cheapest(candidates, balance, choosing);
    case "least-in-flight":
      return lowest(candidates, ({ target, weight }) => (choosing.view.inFlight(target.id) + 1) / weight, choosing.draw());
    case "most-tokens":
      return lowest(candidates, ({ target }) => -(choosing.view.tokensPerSecond(target.id) ?? 0), choosing.draw());
    case "hash":
      return hashed(candidates, affinityKey(balance.by, choosing.facts), choosing.view);
  }
}

function drawByWeight(candidates: readonly Candidate[], draw: number): number {
  let total = 0;
  for (const { weight } of candidates) total += weight;
  let threshold = draw * total;
  for (let index = 0; index < candidates.length - 1; index++) {
    threshold -= candidates[index]?.weight ?? 0;
    if (threshold < 0) return index;
  }
  return candidates.length - 1;
}

/**
 * Power of two choices: two are drawn by weight and the less loaded one is taken, which spreads bursts that always taking
 * the best would send to one place. @see https://www.eecs.harvard.edu/~michaelm/postscripts/mythesis.pdf
 */
function betterOfTwo(candidates: readonly Candidate[], costExponent: number, { draw, now, view }: Choosing): number {
  const first = drawByWeight(candidates, draw());
  const others = candidates.filter((_, index) => index !== first);
  const drawn = drawByWeight(others, draw());
  const second = drawn >= first ? drawn + 1 : drawn;
  const score = (index: number): number => {
    const target = candidates[index]?.target;
    return target === undefined ? Number.POSITIVE_INFINITY : view.loadMs(target.id, now) * target.costFactor ** costExponent;
  };
  return score(second) < score(first) ? second : first;
}

/** Those seen to be too slow come after all others, whatever they cost. */
function cheapest(candidates: readonly Candidate[], limits: CompiledLeastCost, { draw, now, view }: Choosing): number {
  const price = ({ target }: Candidate): number =>
    target.price === null ? UNKNOWN_PRICE : target.price.inputMicroUsdPerMillion + target.price.outputMicroUsdPerMillion;
  const isFast = ({ target }: Candidate): boolean => isFastEnough(target.id, limits, { now, view });
  const fast = candidates.filter(isFast);
  const eligible = fast.length > 0 ? fast : candidates;
  const chosen = eligible[lowest(eligible, price, draw())];
  return chosen === undefined ? 0 : candidates.indexOf(chosen);
}

/** What was never measured counts as fast enough. */
function isFastEnough(id: string, limits: CompiledLeastCost, { now, view }: Pick<Choosing, "now" | "view">): boolean {
  const speed = limits.minTokensPerSecond === null ? null : view.tokensPerSecond(id);
  if (speed !== null && limits.minTokensPerSecond !== null && speed < limits.minTokensPerSecond) return false;
  const { p50, p90, p99 } = limits.maxTtftMs;
  const isLate = (percentile: number, limitMs: number | null): boolean =>
    limitMs !== null && (view.ttftMs(id, percentile, now) ?? 0) > limitMs;
  return !isLate(50, p50) && !isLate(90, p90) && !isLate(99, p99);
}

/** Among equals the draw decides, by weight. */
function lowest(candidates: readonly Candidate[], scoreOf: (candidate: Candidate) => number, draw: number): number {
  const scores = candidates.map(scoreOf);
  const best = Math.min(...scores);
  const equal = candidates.filter((_, index) => scores[index] === best);
  const chosen = equal[drawByWeight(equal, draw)];
  return chosen === undefined ? 0 : candidates.indexOf(chosen);
}

/**
 * Weighted rendezvous hashing with bounded load: every target scores every key, the best score wins unless it carries too
 * much more than its share; a target that comes or goes moves the keys it wins and no others.
 * @see https://www.ietf.org/archive/id/draft-ietf-bess-weighted-hrw-02.html
 */
function hashed(candidates: readonly Candidate[], key: string, view: TargetView): number {
  let inFlight = 1;
  let totalWeight = 0;
  for (const { target, weight } of candidates) {
    inFlight += view.inFlight(target.id);
    totalWeight += weight;
  }
  let best = -1;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const [index, { target, weight }] of candidates.entries()) {
    const most = Math.max(BOUND_FROM, Math.ceil((inFlight * weight * BOUNDED_LOAD) / totalWeight));
    if (view.inFlight(target.id) >= most) continue;
    const score = -weight / Math.log(Math.max(stickyDraw(target.id, key), Number.MIN_VALUE));
    if (score <= bestScore) continue;
    best = index;
    bestScore = score;
  }
  return Math.max(best, 0);
}
