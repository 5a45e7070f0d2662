import { expect, it } from "vitest";
import { checkBaseUrl } from "../../src/core/policy/check-base-url.ts";
import { CATALOGUE } from "../../src/providers/catalogue.ts";

it("lists only destinations a gateway can allow, without trailing slash", () => {
  const local = new Set(["http://127.0.0.1:11434", "http://127.0.0.1:8000"]);
  for (const [name, { baseUrl }] of Object.entries(CATALOGUE)) {
    expect(checkBaseUrl(baseUrl, local), name).toMatchObject({ kind: "accepted", baseUrl });
  }
});

it("keeps prices in whole micro-dollars", () => {
  const prices = Object.values(CATALOGUE).flatMap(({ models }) =>
    Object.values(models).flatMap(({ price }) => Object.values(price)),
  );
  expect(prices.length).toBeGreaterThan(15);
  expect(prices.every((amount) => Number.isSafeInteger(amount) && amount >= 0)).toBe(true);
  expect(CATALOGUE["anthropic"]?.models["claude-haiku-4-5"]?.price).toEqual({
    inputMicroUsdPerMillion: 1_000_000,
    outputMicroUsdPerMillion: 5_000_000,
    cachedInputMicroUsdPerMillion: 100_000,
  });
});
