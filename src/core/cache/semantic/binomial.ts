const HALVINGS = 40;

/** Upper end of Clopper and Pearson's one-sided interval for a share of which `count` of `trials` were seen; 1 without trials. */
export function upperShare(count: number, trials: number, confidence = 0.95): number {
  if (count >= trials) return 1;
  return solve((share) => probabilityUpTo(count, trials, share) >= 1 - confidence);
}

/** Lower end of the same. */
export function lowerShare(count: number, trials: number, confidence = 0.95): number {
  if (count <= 0 || trials <= 0) return 0;
  return solve((share) => 1 - probabilityUpTo(count - 1, trials, share) < 1 - confidence);
}

/** Wilson's two-sided interval of 95 %; 0 to 1 without trials. */
export function wilsonInterval(count: number, trials: number): { readonly low: number; readonly high: number } {
  if (trials <= 0) return { low: 0, high: 1 };
  const z = 1.959_964;
  const share = count / trials;
  const shrink = 1 + (z * z) / trials;
  const centre = (share + (z * z) / (2 * trials)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** The greatest share that still holds, of a condition that holds below some share and not above it. */
function solve(holds: (share: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** P(X ≤ count) of a binomial, summed from the greatest term down, in logarithms: nothing underflows. */
function probabilityUpTo(count: number, trials: number, share: number): number {
  if (share <= 0) return 1;
  if (share >= 1) return count >= trials ? 1 : 0;
  const odds = Math.log(share) - Math.log1p(-share);
  let term = trials * Math.log1p(-share);
  let peak = term;
  const terms = [term];
  for (let at = 1; at <= count; at += 1) {
    term += Math.log((trials - at + 1) / at) + odds;
    terms.push(term);
    if (term > peak) peak = term;
  }
  let sum = 0;
  for (const one of terms) sum += Math.exp(one - peak);
  return Math.min(1, sum * Math.exp(peak));
}
