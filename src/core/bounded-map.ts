/** A map that makes what it is asked for and forgets what was not used for longest. */
export class BoundedMap<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #limit: number;
  readonly #create: (key: string) => Value;
  readonly #forgotten: (key: string, value: Value) => void;

  /** `forgotten` hears of everything that goes, whatever the reason. */
  constructor(limit: number, create: (key: string) => Value, forgotten: (key: string, value: Value) => void = () => {}) {
    this.#limit = limit;
    this.#create = create;
    this.#forgotten = forgotten;
  }

  /** What is there, without counting as use. */
  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  use(key: string): Value {
    const known = this.#entries.get(key);
    const value = known ?? this.#create(key);
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (known === undefined && this.#entries.size > this.#limit) this.#forgetOldest();
    return value;
  }

  delete(key: string): void {
    const value = this.#entries.get(key);
    if (value !== undefined && this.#entries.delete(key)) this.#forgotten(key, value);
  }

  /** Longest unused first. */
  entries(): MapIterator<[string, Value]> {
    return this.#entries.entries();
  }

  values(): MapIterator<Value> {
    return this.#entries.values();
  }

  #forgetOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.delete(oldest);
  }
}
