import { expect } from "vitest";
import { embed } from "../../../src/adapters/embedding/embed.ts";
import { dimensionsOf, type Embedded, type Embedder } from "../../../src/core/cache/embedder.ts";
import { cosine, quantise } from "../../../src/core/cache/index/quantise.ts";
import { type Fact, itHolds } from "../../ports/facts.ts";

/** An embedder that does what it should. */
export type CreateEmbedder = () => Embedder;

/** What every embedder keeps that answers at all. */
export function embedderContract(create: CreateEmbedder): void {
  itHolds(embedderFacts, create);
}

const PATIENCE_MS = 60_000;
const QUESTION = "How do I reset my password?";
const OTHER = "What is the capital of France?";

async function vectorsOf(embedder: Embedder, texts: readonly string[]): Promise<readonly Int8Array[]> {
  const answer = await ask(embedder, texts, AbortSignal.timeout(PATIENCE_MS));
  if (answer.kind === "failed") throw new Error(answer.reason);
  return answer.vectors.map((vector) => quantise(vector, dimensionsOf(embedder)) ?? new Int8Array());
}

function ask(embedder: Embedder, texts: readonly string[], signal: AbortSignal): Promise<Embedded> {
  return embed(texts, embedder, { fetch, ai: null, signal });
}

const embedderFacts: readonly Fact<CreateEmbedder>[] = [
  {
    title: "gives each text its own vector, in their order, which the index takes",
    check: async (create) => {
      const vectors = await vectorsOf(create(), [QUESTION, OTHER, QUESTION]);
      expect(vectors.map(({ length }) => length)).toEqual(vectors.map(() => dimensionsOf(create())));
      const [first = new Int8Array(), second = new Int8Array(), third = new Int8Array()] = vectors;
      expect(cosine(first, third)).toBeGreaterThan(0.9999);
      expect(cosine(first, second)).toBeLessThan(0.9999);
    },
  },
  {
    title: "gives a text the same vector whether others are asked for beside it or not",
    check: async (create) => {
      const many = Array.from({ length: 40 }, (_, at) => `Question number ${at}, about invoice ${at * 7}?`);
      const together = await vectorsOf(create(), many);
      const [alone = new Int8Array()] = await vectorsOf(create(), many.slice(-1));
      expect(together).toHaveLength(40);
      expect(cosine(alone, together.at(-1) ?? new Int8Array())).toBeGreaterThan(0.9999);
    },
  },
  {
    title: "is not waited for when nobody waits",
    check: async (create) => {
      expect(await ask(create(), [QUESTION], AbortSignal.abort())).toEqual({
        kind: "failed",
        reason: "it did not answer in time",
      });
    },
  },
];
