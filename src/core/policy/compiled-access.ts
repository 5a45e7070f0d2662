import type { Feature } from "./schema/access.ts";

/** Uses that are allowed or blocked: all that is stated holds at once; null states nothing. */
export interface CompiledUses {
  /** Virtual models; `*` at the end matches a prefix. */
  readonly models: readonly string[] | null;
  readonly features: readonly Feature[] | null;
  /** Names of LLMProviders. */
  readonly providers: readonly string[] | null;
  readonly regions: readonly string[] | null;
  /** Tags the caller must have. */
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds; null: for good. */
  readonly expiresMs: number | null;
}

/** What somebody may use. Without any entry in `allow` that is everything; an entry in `block` wins. */
export interface CompiledAccess {
  readonly allow: readonly CompiledUses[];
  readonly block: readonly CompiledUses[];
}

export interface CompiledRole extends CompiledAccess {
  readonly name: string;
}
