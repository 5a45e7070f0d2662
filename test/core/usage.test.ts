import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costMicroUsd, type Price, readTokens, type Usage } from "../../src/core/usage.ts";

const USAGE: Usage = {
  inputTokens: 1_000,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};
/** claude-haiku-4-5: $1 in, $5 out, $0.10 from the cache, $1.25 into it. */
const PRICE: Price = {
  inputMicroUsdPerMillion: 1_000_000,
  outputMicroUsdPerMillion: 5_000_000,
  cachedInputMicroUsdPerMillion: 100_000,
  cacheWriteMicroUsdPerMillion: 1_250_000,
};

describe("costMicroUsd", () => {
  it("charges each kind of token its own price, cache reads and writes being part of the input", () => {
    expect(costMicroUsd(USAGE, PRICE)).toBe(1_000);
    expect(costMicroUsd({ ...USAGE, cachedInputTokens: 600, cacheWriteTokens: 400 }, PRICE)).toBe(60 + 500);
    expect(costMicroUsd({ ...USAGE, cacheWriteTokens: 100, outputTokens: 10, reasoningTokens: 8 }, PRICE)).toBe(900 + 125 + 50);
  });

  it("rounds up once, over the sum", () => {
    expect(costMicroUsd({ ...USAGE, inputTokens: 1, cachedInputTokens: 1 }, PRICE)).toBe(1);
    const thirds = { ...PRICE, inputMicroUsdPerMillion: 333_333, outputMicroUsdPerMillion: 666_667 };
    expect(costMicroUsd({ ...USAGE, inputTokens: 1, outputTokens: 1 }, thirds)).toBe(1);
  });

  it("counts no token twice when a provider reports more cached than input tokens", () => {
    expect(costMicroUsd({ ...USAGE, inputTokens: 10, cachedInputTokens: 10, cacheWriteTokens: 10 }, PRICE)).toBe(Math.ceil(13.5));
  });

  it("is exact for any counts and prices that policies allow", () => {
    const tokens = fc.integer({ min: 0, max: 100_000_000 });
    const price = fc.integer({ min: 0, max: 999_999_999_999 });
    fc.assert(
      fc.property(fc.tuple(tokens, tokens, tokens, tokens), fc.tuple(price, price, price, price), (counts, prices) => {
        const [fresh, cached, written, output] = counts;
        const usage = { ...USAGE, inputTokens: fresh + cached + written, cachedInputTokens: cached, cacheWriteTokens: written };
        const cost = costMicroUsd(
          { ...usage, outputTokens: output },
          {
            inputMicroUsdPerMillion: prices[0],
            cachedInputMicroUsdPerMillion: prices[1],
            cacheWriteMicroUsdPerMillion: prices[2],
            outputMicroUsdPerMillion: prices[3],
          },
        );
        const exact = counts.reduce((sum, count, index) => sum + BigInt(count) * BigInt(prices[index] ?? 0), 0n);
        expect(BigInt(cost)).toBe((exact + 999_999n) / 1_000_000n);
      }),
    );
  });
});

describe("readTokens", () => {
  it("takes a count for what it is, and what no provider counts for nothing", () => {
    expect([0, 7, 1_000_000_000].map(readTokens)).toEqual([0, 7, 1_000_000_000]);
    for (const value of [-1, 0.5, 1_000_000_001, Number.NaN, "7", null, undefined]) expect(readTokens(value)).toBeNull();
  });
});
