/** Tokens remembered at once; beyond it the one verified longest ago is forgotten. */
const MOST_TOKENS = 10_000;

/** What tokens that this isolate verified a moment ago have shown, by the digest of the whole token and never of a part. */
export class VerifiedTokens<Shown> {
  readonly #entries = new Map<string, { readonly shown: Shown; readonly freshUntil: number }>();

  /** Null where it is not known any more, at `now` (epoch milliseconds). */
  get(digest: string, now: number): Shown | null {
    const entry = this.#entries.get(digest);
    return entry !== undefined && now < entry.freshUntil ? entry.shown : null;
  }

  /** `freshUntil`: epoch milliseconds. */
  put(digest: string, shown: Shown, freshUntil: number): void {
    this.#entries.delete(digest);
    this.#entries.set(digest, { shown, freshUntil });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST_TOKENS && oldest !== undefined) this.#entries.delete(oldest);
  }
}
