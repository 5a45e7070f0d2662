import { expect, it } from "vitest";
import { chargeOf } from "../../../src/core/cache/charge-of.ts";

const usage = {
  inputTokens: 100,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 51,
  reasoningTokens: 0,
  estimated: false,
};

it("a hit is free, or charged the share of the original that its route says, rounded up", () => {
  expect(chargeOf({ usage, costMicroUsd: 11 }, 0)).toEqual({ tokens: 0, microUsd: 0, savedTokens: 151, savedMicroUsd: 11 });
  expect(chargeOf({ usage, costMicroUsd: 11 }, 0.5)).toEqual({ tokens: 76, microUsd: 6, savedTokens: 75, savedMicroUsd: 5 });
  expect(chargeOf({ usage, costMicroUsd: 11 }, 1)).toEqual({ tokens: 151, microUsd: 11, savedTokens: 0, savedMicroUsd: 0 });
});

it("what an answer without a price saves in money is not known", () => {
  expect(chargeOf({ usage, costMicroUsd: null }, 0)).toMatchObject({ microUsd: 0, savedMicroUsd: null });
  expect(chargeOf({ usage, costMicroUsd: null }, 0.5)).toMatchObject({ microUsd: null, savedMicroUsd: null });
});
