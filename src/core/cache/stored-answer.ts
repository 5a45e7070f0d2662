import type { Usage } from "../usage.ts";

/** An answer as it is kept: in no dialect, replayed on any surface. */
export interface StoredAnswer {
  /** What the surfaces render from; opaque here. */
  readonly content: string;
  /** The answer's own words, for comparing answers; empty where it has none (embeddings). */
  readonly text: string;
  /** `provider/model` that answered. */
  readonly target: string;
  /** What the target could not be told, as its warnings header said; null where there was nothing. */
  readonly warnings: string | null;
  readonly usage: Usage;
  /** Micro-USD of the original; null where its model has no price. */
  readonly costMicroUsd: number | null;
  /** Milliseconds the original took. */
  readonly durationMs: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** By what an answer was found. */
export const HIT_TIERS = ["exact", "canonical", "semantic"] as const;
export type HitTier = (typeof HIT_TIERS)[number];

/** UTF-8 bytes of content and text together; what is larger is not kept. */
export const MOST_ANSWER_BYTES = 1_048_576;
