import { expect } from "vitest";
import type { CachedResponse, ResponseCache } from "../../src/ports/response-cache.ts";
import { type Fact, itHolds } from "./facts.ts";

export type CreateResponseCache = () => ResponseCache;

const NOW = 1_800_000_000_000;

/** What every response cache keeps. */
export function responseCacheContract(create: CreateResponseCache): void {
  itHolds(responseCacheFacts, create);
}

export const responseCacheFacts: readonly Fact<CreateResponseCache>[] = [
  {
    title: "gives back what was stored, byte for byte",
    check: async (create) => {
      const cache = create();
      const answer = cached('{"text":"naïve \\u0000 🙂\\ud83d"}\n');
      await cache.put("a", answer, NOW + 1_000);
      expect(await cache.get("a", NOW)).toEqual(answer);
      expect(await cache.get("a", NOW)).toEqual(answer);
    },
  },
  {
    title: "gives null for a key that was never stored, also for one that resembles it",
    check: async (create) => {
      const cache = create();
      await cache.put("tenant|cache|a", cached("a"), NOW + 1_000);
      for (const key of ["tenant|cache|A", "tenant|cache|a ", "tenant|cache|", "constructor"])
        expect(await cache.get(key, NOW)).toBeNull();
    },
  },
  {
    title: "gives null from the moment of expiry",
    check: async (create) => {
      const cache = create();
      await cache.put("a", cached("a"), NOW + 1_000);
      expect(await cache.get("a", NOW + 999)).not.toBeNull();
      expect(await cache.get("a", NOW + 1_000)).toBeNull();
    },
  },
  {
    title: "replaces the answer and its expiry",
    check: async (create) => {
      const cache = create();
      await cache.put("a", cached("old"), NOW + 1_000);
      await cache.put("a", cached("new"), NOW + 5_000);
      expect(await cache.get("a", NOW + 2_000)).toEqual(cached("new"));
    },
  },
  {
    title: "keeps keys apart",
    check: async (create) => {
      const cache = create();
      await Promise.all(["a", "b", "c"].map((key) => cache.put(key, cached(key), NOW + 1_000)));
      expect(await cache.get("b", NOW)).toEqual(cached("b"));
    },
  },
];

function cached(body: string): CachedResponse {
  const usage = {
    inputTokens: 3,
    cachedInputTokens: 1,
    cacheWriteTokens: 0,
    outputTokens: 2,
    reasoningTokens: 0,
    estimated: false,
  };
  return { body, target: "openai/gpt-4o-mini", usage, warnings: "seed: it has none" };
}
