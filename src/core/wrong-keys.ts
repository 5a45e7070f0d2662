/** Addresses remembered at once; beyond it the one counted first is forgotten. */
const MOST_ADDRESSES = 5_000;
const WINDOW_MS = 60_000;
/** Keys that are not valid, from one address in one window. */
const MOST_WRONG = 20;

interface Count {
  wrong: number;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** How many keys that are not valid came from an address lately, as one isolate sees it. */
export class WrongKeys {
  readonly #counts = new Map<string, Count>();

  /** Milliseconds until the address may guess again; 0 while it may. */
  blockedMs(address: string | null, now: number): number {
    const count = address === null ? undefined : this.#counts.get(address);
    return count !== undefined && count.wrong >= MOST_WRONG ? Math.max(0, count.until - now) : 0;
  }

  note(address: string | null, now: number): void {
    if (address === null) return;
    const count = this.#counts.get(address);
    if (count !== undefined && now < count.until) {
      count.wrong += 1;
      return;
    }
    this.#counts.delete(address);
    this.#counts.set(address, { wrong: 1, until: now + WINDOW_MS });
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MOST_ADDRESSES && oldest !== undefined) this.#counts.delete(oldest);
  }

  get size(): number {
    return this.#counts.size;
  }
}
