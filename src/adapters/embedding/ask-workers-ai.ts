import type { Embedder } from "../../core/cache/embedder.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { EmbeddingFailed } from "./embedding-failed.ts";

/** The `AI` binding, as far as embeddings need it. */
export interface WorkersAi {
  run(model: string, question: { readonly text: readonly string[] }): Promise<unknown>;
}

/**
 * Asks Workers AI, which answers `{ shape, data }`. @throws EmbeddingFailed, and whatever the binding rejects with
 * @see https://developers.cloudflare.com/workers-ai/models/bge-m3/
 */
export async function askWorkersAi(
  texts: readonly string[],
  { model }: Extract<Embedder, { readonly kind: "workers-ai" }>,
  ai: WorkersAi | null,
): Promise<readonly unknown[]> {
  if (ai === null) throw new EmbeddingFailed("there is no binding of Workers AI here");
  const answer = await ai.run(model, { text: texts });
  const data = isRecord(answer) ? answer["data"] : null;
  if (!Array.isArray(data)) throw new EmbeddingFailed("its answer is not that of a model for embeddings");
  return data;
}
