import { BoundedMap } from "../health/bounded-map.ts";

const MOST_KEYS = 1_000;
const BUCKET_MS = 1_000;

interface Counts {
  bucket: number;
  current: number;
  previous: number;
}

/** How many requests there were lately, by what they are charged to. */
export class RecentRequests {
  readonly #counts = new BoundedMap<Counts>(MOST_KEYS, () => ({ bucket: 0, current: 0, previous: 0 }));

  /** Counts one more; returns how many there were in this second and the one before. */
  note(key: string, now: number): number {
    const counts = this.#counts.use(key);
    const bucket = Math.floor(now / BUCKET_MS);
    if (bucket !== counts.bucket) {
      counts.previous = bucket === counts.bucket + 1 ? counts.current : 0;
      counts.current = 0;
      counts.bucket = bucket;
    }
    counts.current += 1;
    return counts.current + counts.previous;
  }
}
