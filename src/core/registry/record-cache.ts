/** A record as it was read. */
interface Read<Record> {
  readonly record: Record;
  /** Of the registry when it was read. */
  readonly epoch: number;
  /** Epoch milliseconds. */
  readonly readAt: number;
}

/** Records remembered at once; the one used longest ago goes first. */
const MOST_RECORDS = 5_000;
/** So long a record is believed without being asked for again. */
const FRESH_MS = 5 * 60_000;
/** So long it is used where it cannot be. */
const STALE_MS = 15 * 60_000;

/** What an isolate remembers of the registry, by the id of a key. */
export class RecordCache<Record> {
  readonly #records = new Map<string, Read<Record>>();

  fresh(id: string, now: number): Record | null {
    return this.#within(FRESH_MS, id, now);
  }

  stale(id: string, now: number): Record | null {
    return this.#within(STALE_MS, id, now);
  }

  put(id: string, read: Read<Record>): void {
    this.#records.delete(id);
    this.#records.set(id, read);
    const [oldest] = this.#records.keys();
    if (this.#records.size > MOST_RECORDS && oldest !== undefined) this.#records.delete(oldest);
  }

  /** Forgets these, null for all, unless they were read in that epoch or later. */
  forget(ids: ReadonlySet<string> | null, epoch: number): void {
    for (const id of ids ?? this.#records.keys()) {
      const read = this.#records.get(id);
      if (read !== undefined && read.epoch < epoch) this.#records.delete(id);
    }
  }

  get size(): number {
    return this.#records.size;
  }

  #within(ms: number, id: string, now: number): Record | null {
    const read = this.#records.get(id);
    if (read === undefined || now - read.readAt >= ms) return null;
    this.#records.delete(id);
    this.#records.set(id, read);
    return read.record;
  }
}
