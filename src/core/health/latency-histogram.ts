export const BUCKETS = 64;
const LOWEST_MS = 10;
const HIGHEST_MS = 600_000;
const BUCKET_WIDTH = Math.log(HIGHEST_MS / LOWEST_MS) / BUCKETS;
const TAU_MS = 60_000;
/** Less is too old to speak for the present: a single answer counts for a minute and more. */
const ENOUGH = 0.3;
/** Counts are aged at most as often: ageing touches every bucket. */
const AGE_EVERY_MS = 1_000;

/**
 * Latencies by 64 buckets, each 19 % wider than the one before, from 10 ms to 600 s. A minute leaves 1/e of what was counted,
 * so percentiles are of the last minutes.
 */
export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  /** What was recorded here and not yet taken. */
  readonly #fresh = new Uint32Array(BUCKETS);
  #agedAt = 0;

  record(latencyMs: number, now: number): void {
    this.#age(now);
    const bucket = bucketOf(latencyMs);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#fresh[bucket] = (this.#fresh[bucket] ?? 0) + 1;
  }

  /** What was recorded since the last call: bucket and count by turns. */
  takeFresh(): readonly number[] {
    const pairs: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.#fresh[bucket] ?? 0;
      if (count > 0) pairs.push(bucket, count);
    }
    this.#fresh.fill(0);
    return pairs;
  }

  /** Adds what another histogram's `takeFresh` gave. */
  merge(pairs: readonly number[], now: number): void {
    this.#age(now);
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      const bucket = pairs[index] ?? BUCKETS;
      if (bucket < BUCKETS) this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (pairs[index + 1] ?? 0);
    }
  }

  /** Latencies that still count, the older ones in part. */
  count(now: number): number {
    this.#age(now);
    let count = 0;
    for (const some of this.#counts) count += some;
    return count;
  }

  /** Milliseconds that `share` (0 to 1) of the latencies stay below, within a bucket's width; null when all are too old. */
  percentile(share: number, now: number): number | null {
    const count = this.count(now);
    if (count < ENOUGH) return null;
    let rest = share * count;
    let last = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const here = this.#counts[bucket] ?? 0;
      if (here === 0) continue;
      if (rest <= here) return valueAt(bucket + rest / here);
      rest -= here;
      last = bucket;
    }
    return valueAt(last + 1);
  }

  #age(now: number): void {
    const elapsedMs = now - this.#agedAt;
    if (elapsedMs < AGE_EVERY_MS) return;
    const kept = Math.exp(-elapsedMs / TAU_MS);
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#counts[bucket] = (this.#counts[bucket] ?? 0) * kept;
    this.#agedAt = now;
  }
}

function bucketOf(latencyMs: number): number {
  const bucket = Math.floor(Math.log(Math.max(LOWEST_MS, latencyMs) / LOWEST_MS) / BUCKET_WIDTH);
  return Math.min(BUCKETS - 1, bucket);
}

/** The value at a place among the buckets, such as 3.5 for the middle of the fourth. */
function valueAt(place: number): number {
  return LOWEST_MS * Math.exp(place * BUCKET_WIDTH);
}
