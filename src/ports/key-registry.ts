import type { FoundKey, KeyChange, KeyChanged, KeyQuery, RegisteredKey } from "../core/registry/registered-key.ts";

/** The keys that were made while the router runs. Every method rejects, and never guesses, when the store cannot be reached. */
export interface KeyRegistry {
  /** Costs the same however many keys there are. */
  find(id: string): Promise<FoundKey>;
  /** In the order of ids, of one tenant. */
  page(query: KeyQuery): Promise<readonly RegisteredKey[]>;
  /** Atomic. Every look-up that begins after it has resolved sees it. */
  change(change: KeyChange): Promise<KeyChanged>;
}
