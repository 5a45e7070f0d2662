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

  it("charges what is counted apart its own price, where it has one", () => {
    const apart = {
      ...USAGE,
      cacheWriteTokens: 300,
      cacheWriteHourTokens: 200,
      audioInputTokens: 50,
      imageInputTokens: 40,
      inputTokens: 1_000,
    };
    const usage = { ...apart, outputTokens: 100, reasoningTokens: 30, audioOutputTokens: 20, imageOutputTokens: 10 };
    const whole = costMicroUsd({ ...USAGE, inputTokens: 1_000, cacheWriteTokens: 300, outputTokens: 100 }, PRICE);
    expect(costMicroUsd(usage, PRICE)).toBe(whole);
    const parts: Partial<Price> = {
      cacheWriteHourMicroUsdPerMillion: 2_000_000,
      audioInputMicroUsdPerMillion: 32_000_000,
      imageInputMicroUsdPerMillion: 10_000_000,
      reasoningMicroUsdPerMillion: 3_000_000,
      audioOutputMicroUsdPerMillion: 64_000_000,
      imageOutputMicroUsdPerMillion: 40_000_000,
    };
    // 610 fresh, 100 and 200 written; 50 of audio, 40 of images; 40 of text, 30 thought, 20 of audio, 10 of images.
    const expected = 610 + 125 + 400 + 50 * 32 + 40 * 10 + 40 * 5 + 30 * 3 + 20 * 64 + 10 * 40;
    expect(costMicroUsd(usage, { ...PRICE, ...parts })).toBe(expected);
  });

  it("is exact for any counts and prices that policies allow, of every kind of token", () => {
    const tokens = fc.integer({ min: 0, max: 50_000_000 });
    const price = fc.integer({ min: 0, max: 999_999_999_999 });
    const lines = fc.array(fc.tuple(tokens, price), { minLength: 10, maxLength: 10 });
    fc.assert(
      fc.property(lines, (drawn) => {
        const [fresh, cached, minutes, hour, audioIn, imageIn, text, thought, audioOut, imageOut] = drawn.map(
          ([count]) => count,
        ) as Ten;
        const prices = drawn.map(([, perMillion]) => perMillion) as Ten;
        const usage: Usage = {
          inputTokens: fresh + cached + minutes + hour + audioIn + imageIn,
          cachedInputTokens: cached,
          cacheWriteTokens: minutes + hour,
          cacheWriteHourTokens: hour,
          audioInputTokens: audioIn,
          imageInputTokens: imageIn,
          outputTokens: text + thought + audioOut + imageOut,
          reasoningTokens: thought,
          audioOutputTokens: audioOut,
          imageOutputTokens: imageOut,
          estimated: false,
        };
        const cost = costMicroUsd(usage, {
          inputMicroUsdPerMillion: prices[0],
          cachedInputMicroUsdPerMillion: prices[1],
          cacheWriteMicroUsdPerMillion: prices[2],
          cacheWriteHourMicroUsdPerMillion: prices[3],
          audioInputMicroUsdPerMillion: prices[4],
          imageInputMicroUsdPerMillion: prices[5],
          outputMicroUsdPerMillion: prices[6],
          reasoningMicroUsdPerMillion: prices[7],
          audioOutputMicroUsdPerMillion: prices[8],
          imageOutputMicroUsdPerMillion: prices[9],
        });
        const exact = drawn.reduce((sum, [count, perMillion]) => sum + BigInt(count) * BigInt(perMillion), 0n);
        expect(BigInt(cost)).toBe((exact + 999_999n) / 1_000_000n);
      }),
    );
  });
});

/** One of each kind. */
type Ten = [number, number, number, number, number, number, number, number, number, number];

describe("readTokens", () => {
  it("takes a count for what it is, and what no provider counts for nothing", () => {
    expect([0, 7, 1_000_000_000].map(readTokens)).toEqual([0, 7, 1_000_000_000]);
    for (const value of [-1, 0.5, 1_000_000_001, Number.NaN, "7", null, undefined]) expect(readTokens(value)).toBeNull();
  });
});
