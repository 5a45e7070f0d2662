import { BoundedMap } from "../bounded-map.ts";

const MOST_ACCOUNTS = 10_000;

interface Holding {
  readonly holder: string;
  readonly now: number;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Which isolates have, or lately wanted, part of an account. In memory alone: who is forgotten gets a smaller part once. */
export class SliceHolders {
  readonly #accounts = new BoundedMap<Map<string, number>>(MOST_ACCOUNTS, () => new Map());

  /** Notes one more and counts all. */
  count(key: string, { holder, now, until }: Holding): number {
    const holders = this.#accounts.use(key);
    holders.set(holder, until);
    for (const [other, end] of holders) if (end <= now) holders.delete(other);
    return Math.max(1, holders.size);
  }
}
