import type { Usage } from "../../core/usage.ts";
import type { Extra } from "./block.ts";

/** Texts, or token ids where the caller sent them, to be turned into vectors. */
export interface EmbeddingsRequest {
  readonly inputs: readonly (string | readonly number[])[];
  readonly dimensions: number | null;
  /** `base64`: little-endian 32-bit floats. */
  readonly encoding: "float" | "base64";
  /** What the vectors are for, in Gemini's words (`RETRIEVAL_QUERY`, …). */
  readonly task: string | null;
  readonly user: string | null;
  readonly extra: Extra;
}

export interface EmbeddingsAnswer {
  readonly model: string | null;
  /** One per input, in order. */
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage | null;
}
