const MOST = 10_000;

/** What was found out a moment ago, by name; the oldest goes first where it is too much, and all of it after a while. */
export class Remembered<Value> {
  readonly #forMs: number;
  /** In the order in which they came. */
  readonly #values = new Map<string, { readonly value: Value; readonly at: number }>();

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  put(name: string, value: Value, now: number): void {
    this.#values.delete(name);
    this.#values.set(name, { value, at: now });
    for (const [oldest, { at }] of this.#values) {
      if (this.#values.size <= MOST && now - at < this.#forMs) break;
      this.#values.delete(oldest);
    }
  }

  has(name: string, now: number): boolean {
    const found = this.#values.get(name);
    return found !== undefined && now - found.at < this.#forMs;
  }

  /** It is not there any more afterwards. */
  take(name: string, now: number): Value | null {
    const value = this.has(name, now) ? this.#values.get(name)?.value : undefined;
    this.#values.delete(name);
    return value ?? null;
  }

  /** Forgets those of which `isOne` is true. */
  drop(isOne: (value: Value) => boolean): void {
    for (const [name, { value }] of this.#values) if (isOne(value)) this.#values.delete(name);
  }
}
