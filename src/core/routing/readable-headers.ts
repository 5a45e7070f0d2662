/** Credentials are nobody's condition. */
const SECRETS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
  "x-api-key",
  "x-goog-api-key",
  "api-key",
  "txn-token",
]);

/** A caller's headers without credentials: a view, since a copy of all takes longer than most conditions. */
export class ReadableHeaders extends Map<string, string> {
  readonly #all: ReadonlyMap<string, string>;

  constructor(all: ReadonlyMap<string, string>) {
    super();
    this.#all = all;
  }

  /** The evaluator of expressions tells a map by its constructor. */
  override get ["constructor"](): MapConstructor {
    return Map;
  }

  override get size(): number {
    let { size } = this.#all;
    for (const name of SECRETS) if (this.#all.has(name)) size -= 1;
    return size;
  }

  override get(name: string): string | undefined {
    return SECRETS.has(name) ? undefined : this.#all.get(name);
  }

  override has(name: string): boolean {
    return !SECRETS.has(name) && this.#all.has(name);
  }

  override *entries(): MapIterator<[string, string]> {
    for (const [name, value] of this.#all) if (!SECRETS.has(name)) yield [name, value];
  }

  override *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  override *values(): MapIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  override [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  override forEach(visit: (value: string, name: string, headers: Map<string, string>) => void): void {
    for (const [name, value] of this) visit(value, name, this);
  }
}
