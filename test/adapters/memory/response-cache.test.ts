import { describe, expect, it } from "vitest";
import { createMemoryResponseCache } from "../../../src/adapters/memory/response-cache.ts";
import { responseCacheContract } from "../../ports/response-cache.contract.ts";

const LATER = 2_000;
const usage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};
const answer = (body: string) => ({ body, target: "", usage, warnings: null });

describe("memory response cache", () => {
  responseCacheContract(() => createMemoryResponseCache());

  it("gives up the least recently used entry first", async () => {
    const cache = createMemoryResponseCache({ maxEntries: 2 });
    await cache.put("a", answer("a"), LATER);
    await cache.put("b", answer("b"), LATER);
    await cache.get("a", 0);
    await cache.put("c", answer("c"), LATER);
    expect([await cache.get("a", 0), await cache.get("b", 0), await cache.get("c", 0)]).toEqual([answer("a"), null, answer("c")]);
  });

  it("stays within its bytes, also after entries were replaced and have expired", async () => {
    const cache = createMemoryResponseCache({ maxBytes: 100 });
    for (let round = 0; round < 50; round++) await cache.put("a", answer("x".repeat(20)), LATER);
    await cache.put("b", answer("x".repeat(20)), 1);
    expect(await cache.get("b", 1)).toBeNull();
    await cache.put("c", answer("x".repeat(20)), LATER);
    expect([await cache.get("a", 0), await cache.get("c", 0)].every((entry) => entry !== null)).toBe(true);
    await cache.put("d", answer("x".repeat(20)), LATER);
    expect(await cache.get("a", 0)).toBeNull();
  });

  it("does not keep an answer larger than itself, nor the one that it should have replaced", async () => {
    const cache = createMemoryResponseCache({ maxBytes: 100 });
    await cache.put("a", answer("old"), LATER);
    await cache.put("b", answer("b"), LATER);
    await cache.put("a", answer("x".repeat(100)), LATER);
    expect([await cache.get("a", 0), await cache.get("b", 0)]).toEqual([null, answer("b")]);
  });
});
