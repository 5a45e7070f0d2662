import type { CatalogueModel } from "../core/policy/catalogue.ts";

/** Models by the name their provider uses. Prices in micro-USD per million tokens: 150_000 is $0.15. */
type PriceTable = Readonly<Record<string, CatalogueModel>>;

/** [input, output, cached input] as on the page, in US dollars per million tokens. */
function model(contextTokens: number, [input, output, cachedInput]: readonly [number, number, number]): CatalogueModel {
  const price = {
    inputMicroUsdPerMillion: microUsd(input),
    outputMicroUsdPerMillion: microUsd(output),
    cachedInputMicroUsdPerMillion: microUsd(cachedInput),
  };
  return { contextTokens, price };
}

function microUsd(usd: number): number {
  return Math.round(usd * 1_000_000);
}

/** https://openai.com/api/pricing and https://platform.openai.com/docs/models, as known in November 2026. */
export const OPENAI_MODELS: PriceTable = {
  "gpt-4o-mini": model(128_000, [0.15, 0.6, 0.075]),
  "gpt-4o": model(128_000, [2.5, 10, 1.25]),
  // Embeddings have neither output nor cached input; cached tokens would cost what fresh ones do.
  "text-embedding-3-small": model(8_191, [0.02, 0, 0.02]),
};

/** https://platform.claude.com/docs/en/about-claude/pricing (cache hits), as known in November 2026. */
export const ANTHROPIC_MODELS: PriceTable = {
  "claude-haiku-4-5": model(200_000, [1, 5, 0.1]),
  "claude-sonnet-4-5": model(200_000, [3, 15, 0.3]),
};

/** https://ai.google.dev/gemini-api/docs/pricing (paid tier, text), as known in November 2026. */
export const GEMINI_MODELS: PriceTable = {
  "gemini-2.5-flash": model(1_048_576, [0.3, 2.5, 0.03]),
};
