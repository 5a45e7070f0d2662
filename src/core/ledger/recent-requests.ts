import { BoundedMap } from "../bounded-map.ts";

const MOST_KEYS = 1_000;
const BUCKET_MS = 1_000;

interface Counts {
  bucket: number;
  /** Of this second and the two before it. */
  counts: readonly [current: number, last: number, before: number];
}

/** How many requests there were lately, by what they are charged to. */
export class RecentRequests {
  readonly #keys = new BoundedMap<Counts>(MOST_KEYS, () => ({ bucket: 0, counts: [0, 0, 0] }));

  /** Counts one more; returns how many there were in each of the last two whole seconds: a burst is no rate. */
  note(key: string, now: number): number {
    const kept = this.#keys.use(key);
    const bucket = Math.floor(now / BUCKET_MS);
    const passed = bucket - kept.bucket;
    const [current, last, before] = kept.counts;
    if (passed === 0) kept.counts = [current + 1, last, before];
    else kept.counts = [1, passed === 1 ? current : 0, passed === 1 ? last : passed === 2 ? current : 0];
    kept.bucket = bucket;
    return Math.min(kept.counts[1], kept.counts[2]);
  }
}
