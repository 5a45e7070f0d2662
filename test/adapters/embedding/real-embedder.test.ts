import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embed } from "../../../src/adapters/embedding/embed.ts";
import type { Embedder } from "../../../src/core/cache/embedder.ts";
import { cosine, quantise } from "../../../src/core/cache/index/quantise.ts";
import { type RealEmbedder, startRealEmbedder } from "../../rigs/embedder/real-embedder.ts";
import { embedderContract } from "./embedder.contract.ts";

// It loads 70 MB, and is installed the first time.
describe.runIf(process.env["FAIRLEAD_FULL"] === "1")("a real model behind an embeddings API", () => {
  let server: RealEmbedder;
  beforeAll(async () => {
    server = await startRealEmbedder();
  }, 400_000);
  afterAll(() => server.close());

  const embedder = (): Embedder => ({ kind: "http", headers: {}, prefix: "", ...server });

  embedderContract(embedder);

  it("puts a question and its contrary nearer than most paraphrases: no threshold tells them apart", async () => {
    const texts = ["Can I cancel my order?", "Can I not cancel my order?", "How may an order be called off?"];
    const answer = await embed(texts, embedder(), { fetch, ai: null, signal: AbortSignal.timeout(60_000) });
    if (answer.kind === "failed") throw new Error(answer.reason);
    const [question, contrary, paraphrase] = answer.vectors.map(
      (vector) => quantise(vector, server.dimensions) ?? new Int8Array(),
    );
    if (question === undefined || contrary === undefined || paraphrase === undefined) throw new Error("There are three.");
    expect(cosine(question, contrary)).toBeCloseTo(0.991, 2);
    expect(cosine(question, paraphrase)).toBeLessThan(cosine(question, contrary));
  });

  it("that gives other dimensions than the policy says gives no vector", async () => {
    const wrong: Embedder = { ...server, kind: "http", headers: {}, prefix: "", dimensions: 256 };
    const answer = await embed(["Can I cancel my order?"], wrong, { fetch, ai: null, signal: AbortSignal.timeout(60_000) });
    expect(answer).toEqual({ kind: "failed", reason: "its vectors have 384 dimensions, and 256 are expected" });
  });
});
