/** What a request is called in the cache. Keyed hashes, hex: names reveal nothing, and no two tenants share any. */
export interface CacheKeys {
  /** Route, model, system turns, tools, embedder: requests that share a decision model and a shard. */
  readonly scopeClass: string;
  /** All of the canonical request but the last user text, inside the hard partition. */
  readonly scope: string;
  /** `scope` and the last user text, as it came. */
  readonly exact: string;
  /** `scope` and the canonical form of the last user text; null where only an exact answer may be given. */
  readonly canonical: string | null;
  /** Who asks. */
  readonly principal: string;
}
