/** Which answers of a route may be given again, and to whom. Milliseconds and shares of 1. */
export interface CompiledCache {
  readonly ttlMs: number;
  /** Past its end; 0 where it is not given then. */
  readonly staleWhileRevalidateMs: number;
  /** Past its end; 0 where it is not given then. */
  readonly staleIfErrorMs: number;
  readonly semantic: CompiledSemantic | null;
  /** Who may be given one another's answers. */
  readonly sharedBy: "Principal" | "Consumer" | "Tenant";
  readonly coalesce: boolean;
  /** Of the original's cost and tokens. */
  readonly chargeShare: number;
  readonly tags: readonly string[];
  readonly promptVersion: string | null;
  /** Of refusals; null where they are not kept. */
  readonly negativeTtlMs: number | null;
}

/** Shares of 1. */
export interface CompiledSemantic {
  readonly maxFalseHitRate: number;
  readonly per: "Hit" | "Request";
  readonly mode: "Enforce" | "Shadow";
  readonly shadowBudget: number;
}

/** What all caches of a deployment have in common. */
export interface CompiledCacheSettings {
  readonly embedder: CompiledEmbedder;
  readonly shards: number;
}

export type CompiledEmbedder =
  | { readonly kind: "hash" }
  /** `provider` is `CompiledProvider.id`. */
  | {
      readonly kind: "provider";
      readonly provider: string;
      readonly model: string;
      readonly dimensions: number;
      readonly prefix: string;
    }
  | { readonly kind: "workers-ai"; readonly model: string; readonly dimensions: number };
