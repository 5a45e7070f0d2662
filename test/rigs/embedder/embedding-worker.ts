import { embed } from "../../../src/adapters/embedding/embed.ts";
import type { Embedder } from "../../../src/core/cache/embedder.ts";

/** What it is asked. */
export interface EmbeddingQuestion {
  readonly texts: readonly string[];
  readonly embedder: Embedder;
  readonly withinMs: number;
}

/** Embeds as the index object does, for tests from outside: answers what `embed` gives, vectors as arrays. */
export default {
  async fetch(request: Request): Promise<Response> {
    if (request.method !== "POST") return new Response();
    const { embedder, texts, withinMs } = (await request.json()) as EmbeddingQuestion; // the test's own
    const answer = await embed(texts, embedder, { fetch, ai: null, signal: AbortSignal.timeout(withinMs) });
    return Response.json(answer.kind === "failed" ? answer : { ...answer, vectors: answer.vectors.map((vector) => [...vector]) });
  },
};
