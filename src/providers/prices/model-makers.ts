import type { Capability } from "../../core/capability.ts";
import { type PriceTable, statedBy } from "./table.ts";

const mistral = statedBy("https://mistral.ai/pricing/api", "2026-11-04");
const MISTRAL: readonly Capability[] = ["tools", "parallel_tools", "json_object", "json_schema", "prompt_cache"];

/** Cached input is a tenth of the input price. */
export const MISTRAL_MODELS: PriceTable = {
  "mistral-large-4": mistral({
    tokens: [1_048_576],
    usd: [1.36, 4.18, 0.14],
    can: [...MISTRAL, "vision", "reasoning"],
    asOf: "2026-10-26",
  }),
  "mistral-large-2512": mistral({ tokens: [262_144], usd: [0.5, 1.5, 0.05], can: [...MISTRAL, "vision"] }),
  "mistral-large-latest": mistral({ tokens: [262_144], usd: [0.5, 1.5, 0.05], can: [...MISTRAL, "vision"], asOf: "2026-10-26" }),
  "mistral-medium-latest": mistral({ tokens: [262_144], usd: [1.5, 7.5, 0.15], can: [...MISTRAL, "vision", "reasoning"] }),
  "mistral-medium-2604": mistral({ tokens: [262_144], usd: [1.5, 7.5, 0.15], can: [...MISTRAL, "vision", "reasoning"] }),
  "mistral-medium-3-5": mistral({ tokens: [262_144], usd: [1.5, 7.5, 0.15], can: [...MISTRAL, "vision", "reasoning"] }),
  "mistral-small-latest": mistral({ tokens: [262_144], usd: [0.15, 0.6, 0.015], can: [...MISTRAL, "vision", "reasoning"] }),
  "mistral-small-2603": mistral({ tokens: [262_144], usd: [0.15, 0.6, 0.015], can: [...MISTRAL, "vision", "reasoning"] }),
  "ministral-14b-2512": mistral({ tokens: [262_144], usd: [0.2, 0.2, 0.02], can: [...MISTRAL, "vision"] }),
  "ministral-8b-2512": mistral({ tokens: [262_144], usd: [0.15, 0.15, 0.015], can: [...MISTRAL, "vision"] }),
  "ministral-3b-2512": mistral({ tokens: [131_072], usd: [0.1, 0.1, 0.01], can: [...MISTRAL, "vision"] }),
  "codestral-latest": mistral({ tokens: [128_000], usd: [0.3, 0.9, 0.03], can: MISTRAL }),
  "codestral-2508": mistral({ tokens: [128_000], usd: [0.3, 0.9, 0.03], can: MISTRAL }),
  "devstral-latest": mistral({ tokens: [256_000], usd: [0.4, 2, 0.04], can: [...MISTRAL, "reasoning"], asOf: "2026-10-26" }),
  "devstral-medium-latest": mistral({
    tokens: [256_000],
    usd: [0.4, 2, 0.04],
    can: [...MISTRAL, "reasoning"],
    asOf: "2026-10-26",
  }),
  "devstral-small-latest": mistral({ tokens: [256_000], usd: [0.1, 0.3, 0.01], can: [...MISTRAL, "reasoning"] }),
  "pixtral-large-latest": mistral({ tokens: [128_000], usd: [2, 6, 0.2], can: [...MISTRAL, "vision"] }),
  "voxtral-small-latest": mistral({ tokens: [32_768], usd: [0.1, 0.4, 0.01], can: [...MISTRAL, "audio_input"] }),
  "voxtral-small-2507": mistral({ tokens: [32_768], usd: [0.1, 0.4, 0.01], can: [...MISTRAL, "audio_input"] }),
  "zai-glm-5-3": mistral({ tokens: [1_048_576, 131_072], usd: [1.4, 4.4, 0.14], can: [...MISTRAL, "reasoning"] }),
  "mistral-embed": mistral({ tokens: [8_192], usd: [0.1, 0], can: ["embeddings"], asOf: "2026-10-26" }),
  "codestral-embed": mistral({ tokens: [8_192], usd: [0.15, 0, 0.015], can: ["embeddings"] }),
};

const xai = statedBy("https://docs.x.ai/docs/models", "2026-11-04");
const GROK: readonly Capability[] = ["tools", "parallel_tools", "vision", "json_object", "json_schema", "prompt_cache"];

/** Prompts above 200,000 tokens cost twice as much. */
export const XAI_MODELS: PriceTable = {
  "grok-4.7": xai({ tokens: [500_000], usd: [2, 6, 0.5], can: [...GROK, "reasoning", "web_search"] }),
  "grok-4.6": xai({ tokens: [500_000], usd: [2, 6, 0.5], can: [...GROK, "reasoning", "web_search"] }),
  "grok-4.5": xai({ tokens: [500_000], usd: [2, 6, 0.3], can: [...GROK, "reasoning", "web_search"] }),
  "grok-4.3": xai({ tokens: [1_000_000], usd: [1.25, 2.5, 0.2], can: [...GROK, "reasoning", "web_search"] }),
  "grok-4.20-0309-reasoning": xai({ tokens: [1_000_000], usd: [1.25, 2.5, 0.2], can: [...GROK, "reasoning", "web_search"] }),
  "grok-4.20-0309-non-reasoning": xai({ tokens: [1_000_000], usd: [1.25, 2.5, 0.2], can: [...GROK, "web_search"] }),
  "grok-build-0.1": xai({ tokens: [256_000], usd: [1, 2, 0.2], can: [...GROK, "reasoning"] }),
};

const deepseek = statedBy("https://api-docs.deepseek.com/quick_start/pricing", "2026-11-04");
const DEEPSEEK: readonly Capability[] = ["tools", "parallel_tools", "json_object", "json_schema", "reasoning", "prompt_cache"];

/** Peak hours, Monday to Friday 01:00-04:00 and 06:00-10:00 UTC; half of it at all other times. */
export const DEEPSEEK_MODELS: PriceTable = {
  "deepseek-flash": deepseek({ tokens: [1_000_000, 393_216], usd: [0.3, 1.2, 0.006], can: [...DEEPSEEK, "vision"] }),
  "deepseek-v4-flash": deepseek({ tokens: [1_000_000, 393_216], usd: [0.3, 1.2, 0.006], can: [...DEEPSEEK, "vision"] }),
  "deepseek-v4-pro": deepseek({ tokens: [1_000_000, 393_216], usd: [1.32, 3.96, 0.044], can: DEEPSEEK }),
};

const moonshot = statedBy("https://platform.kimi.ai/docs/pricing/chat", "2026-11-04");
const KIMI: readonly Capability[] = ["tools", "vision", "json_object", "json_schema", "reasoning"];

/** Cache misses, and hits as cached input. */
export const MOONSHOT_MODELS: PriceTable = {
  "kimi-k3.1-pro": moonshot({ tokens: [1_048_576], usd: [2, 10, 0.2], can: [...KIMI, "prompt_cache"] }),
  "kimi-k3": moonshot({ tokens: [1_048_576], usd: [3, 15, 0.3], can: [...KIMI, "video", "prompt_cache"] }),
  "kimi-k2.7-code": moonshot({ tokens: [262_144], usd: [0.95, 4, 0.19], can: [...KIMI, "video", "prompt_cache"] }),
  "kimi-k2.6": moonshot({ tokens: [262_144], usd: [0.95, 4, 0.16], can: [...KIMI, "video"] }),
};

const zai = statedBy("https://docs.z.ai/guides/overview/pricing", "2026-11-04");
const GLM: readonly Capability[] = ["tools", "json_object"];

/** In US dollars, on api.z.ai. */
export const ZAI_MODELS: PriceTable = {
  "glm-5.3": zai({
    tokens: [1_000_000, 128_000],
    usd: [1.4, 4.4, 0.26],
    can: [...GLM, "json_schema", "reasoning", "prompt_cache"],
  }),
  "glm-5.3-flash": zai({
    tokens: [1_048_576, 128_000],
    usd: [0.15, 0.5, 0.03],
    can: [...GLM, "vision", "json_schema", "reasoning", "prompt_cache"],
  }),
  "glm-5.2": zai({ tokens: [1_000_000, 128_000], usd: [1.4, 4.4, 0.26], can: [...GLM, "reasoning", "prompt_cache"] }),
  "glm-5.1": zai({ tokens: [200_000, 128_000], usd: [1.4, 4.4, 0.26], can: [...GLM, "reasoning", "prompt_cache"] }),
  "glm-5": zai({ tokens: [200_000, 128_000], usd: [1, 3.2, 0.2], can: [...GLM, "reasoning", "prompt_cache"] }),
  "glm-4.7": zai({ tokens: [200_000, 128_000], usd: [0.6, 2.2, 0.11], can: [...GLM, "reasoning", "prompt_cache"] }),
  "glm-4.6": zai({ tokens: [200_000, 128_000], usd: [0.6, 2.2, 0.11], can: [...GLM, "reasoning", "prompt_cache"] }),
  "glm-4.5": zai({ tokens: [128_000, 32_000], usd: [0.6, 2.2], can: GLM }),
  "glm-4.5v": zai({ tokens: [128_000, 32_000], usd: [0.6, 1.8], can: [...GLM, "vision"] }),
  "glm-4.5-air": zai({ tokens: [128_000, 32_000], usd: [0.2, 1.1], can: GLM }),
  "glm-4.5-airx": zai({ tokens: [128_000, 32_000], usd: [1.1, 4.5], can: GLM }),
  "glm-4.5-x": zai({ tokens: [128_000, 32_000], usd: [2.2, 8.9], can: GLM }),
  "glm-4.5-flash": zai({ tokens: [128_000, 32_000], usd: [0, 0], can: GLM, asOf: "2026-10-26" }),
  "glm-4.7-flash": zai({
    tokens: [200_000, 128_000],
    usd: [0, 0, 0],
    can: [...GLM, "reasoning", "prompt_cache"],
    asOf: "2026-10-26",
  }),
};
