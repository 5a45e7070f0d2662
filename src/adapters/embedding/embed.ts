import { dimensionsOf, type Embedded, type Embedder } from "../../core/cache/embedder.ts";
import { hashEmbed } from "../../core/cache/index/hash-embed.ts";
import { askEmbeddingsApi } from "./ask-embeddings-api.ts";
import { askWorkersAi, type WorkersAi } from "./ask-workers-ai.ts";
import { EmbeddingFailed } from "./embedding-failed.ts";
import { readVector } from "./read-vector.ts";

/** What embedding may use of the platform. */
export interface EmbeddingMeans {
  readonly fetch: typeof fetch;
  /** Null where the Worker has no such binding. */
  readonly ai: WorkersAi | null;
  /** Aborted when the caller waits no longer. */
  readonly signal: AbortSignal;
}

/** Texts of one call: what every service takes. */
const BATCH = 32;

/**
 * What an embedder says of some texts: a vector for each, or why not. Never rejects, and never takes longer than `means.signal`. An answer
 * that is right for some texts alone counts as none: a vector too few, of other dimensions, zero or not finite.
 */
export async function embed(texts: readonly string[], embedder: Embedder, means: EmbeddingMeans): Promise<Embedded> {
  const dimensions = dimensionsOf(embedder);
  const vectors: Float32Array[] = [];
  try {
    for (let start = 0; start < texts.length; start += BATCH) {
      const batch = texts.slice(start, start + BATCH);
      const values = await beforeAbort(ask(batch, embedder, means), means.signal);
      if (values.length !== batch.length) throw new EmbeddingFailed("its answer has not one vector for each text");
      for (const value of values) vectors.push(readVector(value, dimensions));
    }
    return { kind: "embedded", vectors };
  } catch (error) {
    return { kind: "failed", reason: explain(error, means.signal) };
  }
}

/** What stands where vectors should, one for each text; not looked at yet. */
async function ask(texts: readonly string[], embedder: Embedder, means: EmbeddingMeans): Promise<readonly unknown[]> {
  switch (embedder.kind) {
    case "hash":
      return texts.map(hashEmbed);
    case "http":
      return askEmbeddingsApi(texts, embedder, means);
    case "workers-ai":
      return askWorkersAi(texts, embedder, means.ai);
  }
}

/** Rejects when the signal is aborted, also where the work does not listen to it. */
function beforeAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((done, fail) => {
    const abort = (): void => fail(new EmbeddingFailed("it did not answer in time"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(done, fail).finally(() => signal.removeEventListener("abort", abort));
  });
}

function explain(error: unknown, signal: AbortSignal): string {
  if (error instanceof EmbeddingFailed) return error.message;
  return signal.aborted ? "it did not answer in time" : "it cannot be reached";
}
