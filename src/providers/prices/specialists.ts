import type { Capability } from "../../core/capability.ts";
import { type PriceTable, statedBy } from "./table.ts";

const minimax = statedBy("https://platform.minimax.io/docs/pricing/overview", "2026-11-04");

/** MiniMax-M3 costs more for prompts above 512,000 tokens. */
export const MINIMAX_MODELS: PriceTable = {
  "MiniMax-M3": minimax({ tokens: [1_000_000, 128_000], usd: [0.3, 1.2, 0.06], can: null }),
  "MiniMax-M2.5": minimax({ tokens: [204_800, 131_072], usd: [0.3, 1.2, 0.03, 0.375], can: null }),
  "MiniMax-M2.1": minimax({ tokens: [204_800, 131_072], usd: [0.3, 1.2, 0.03, 0.375], can: null }),
  "MiniMax-M2": minimax({ tokens: [204_800, 131_072], usd: [0.3, 1.2, 0.03, 0.375], can: null }),
};

const cohere = statedBy("https://cohere.com/pricing", "2026-11-04");
const COMMAND: readonly Capability[] = ["tools", "json_object", "json_schema"];

/** Cohere has no price for cached input. */
export const COHERE_MODELS: PriceTable = {
  "command-a-03-2025": cohere({ tokens: [256_000, 8_000], usd: [2.5, 10], can: COMMAND }),
  "command-r-08-2024": cohere({ tokens: [128_000, 4_096], usd: [0.15, 0.6], can: COMMAND }),
  "command-r-plus-08-2024": cohere({ tokens: [128_000, 4_096], usd: [2.5, 10], can: COMMAND }),
  "command-r7b-12-2024": cohere({ tokens: [128_000, 4_096], usd: [0.0375, 0.15], can: COMMAND }),
  "c4ai-aya-expanse-32b": cohere({ tokens: [128_000, 4_000], usd: [0.5, 1.5], can: null }),
};

const perplexity = statedBy("https://docs.perplexity.ai/docs/getting-started/pricing", "2026-11-04");
const SONAR: readonly Capability[] = ["vision", "files", "json_schema", "web_search"];

/** Tokens alone: every search costs a fee of its own. */
export const PERPLEXITY_MODELS: PriceTable = {
  sonar: perplexity({ tokens: [128_000], usd: [1, 1], can: SONAR }),
  "sonar-pro": perplexity({ tokens: [200_000, 8_000], usd: [3, 15], can: SONAR }),
  "sonar-reasoning-pro": perplexity({ tokens: [128_000], usd: [2, 8], can: [...SONAR, "reasoning"] }),
  "sonar-deep-research": perplexity({ tokens: [128_000], usd: [2, 8], can: null }),
  "pplx-embed-v1-0.6b": perplexity({ tokens: [32_768], usd: [0.004, 0], can: ["embeddings"] }),
  "pplx-embed-v1-4b": perplexity({ tokens: [32_768], usd: [0.03, 0], can: ["embeddings"] }),
};

const voyage = statedBy("https://docs.voyageai.com/docs/pricing", "2026-11-04");

/** After the free tokens of an account. */
export const VOYAGE_MODELS: PriceTable = {
  "voyage-4-large": voyage({ tokens: [32_000], usd: [0.12, 0], can: ["embeddings"] }),
  "voyage-4": voyage({ tokens: [32_000], usd: [0.06, 0], can: ["embeddings"] }),
  "voyage-4-lite": voyage({ tokens: [32_000], usd: [0.02, 0], can: ["embeddings"] }),
  "voyage-code-4": voyage({ tokens: [32_000], usd: [0.12, 0], can: ["embeddings"] }),
  "voyage-context-4": voyage({ tokens: [120_000], usd: [0.12, 0], can: ["embeddings"] }),
  "voyage-3-large": voyage({ tokens: [32_000], usd: [0.18, 0], can: ["embeddings"] }),
  "voyage-3.5": voyage({ tokens: [32_000], usd: [0.06, 0], can: ["embeddings"] }),
  "voyage-3.5-lite": voyage({ tokens: [32_000], usd: [0.02, 0], can: ["embeddings"] }),
  "voyage-code-3": voyage({ tokens: [32_000], usd: [0.18, 0], can: ["embeddings"] }),
  "voyage-finance-2": voyage({ tokens: [32_000], usd: [0.12, 0], can: ["embeddings"] }),
  "voyage-law-2": voyage({ tokens: [16_000], usd: [0.12, 0], can: ["embeddings"] }),
};
