/** Ids remembered at once; beyond it the one noted longest ago is forgotten. */
const MOST_IDS = 1_000;
const RECENT_MS = 10_000;

/** Ids of which something was found out a moment ago. Times are epoch milliseconds. */
export class RecentIds {
  readonly #until = new Map<string, number>();

  has(id: string, now: number): boolean {
    return now < (this.#until.get(id) ?? 0);
  }

  note(id: string, now: number): void {
    this.#until.delete(id);
    this.#until.set(id, now + RECENT_MS);
    const [oldest] = this.#until.keys();
    if (this.#until.size > MOST_IDS && oldest !== undefined) this.#until.delete(oldest);
  }

  get size(): number {
    return this.#until.size;
  }
}
