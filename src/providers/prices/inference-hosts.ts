import type { Capability } from "../../core/capability.ts";
import { type PriceTable, statedBy } from "./table.ts";

const groq = statedBy("https://console.groq.com/docs/models", "2026-11-04");
const GROQ: readonly Capability[] = ["tools", "json_object", "json_schema", "reasoning"];

/** On demand. */
export const GROQ_MODELS: PriceTable = {
  "openai/gpt-oss-120b": groq({
    tokens: [131_072, 65_536],
    usd: [0.15, 0.6, 0.075],
    can: [...GROQ, "parallel_tools", "prompt_cache"],
  }),
  "openai/gpt-oss-20b": groq({
    tokens: [131_072, 65_536],
    usd: [0.075, 0.3, 0.0375],
    can: [...GROQ, "parallel_tools", "prompt_cache"],
  }),
  "qwen/qwen3.8-27b": groq({ tokens: [131_072, 16_384], usd: [0.8, 4], can: [...GROQ, "vision"] }),
};

const cerebras = statedBy("https://www.cerebras.ai/pricing", "2026-11-04");
const CEREBRAS: readonly Capability[] = ["tools", "parallel_tools", "json_object", "json_schema", "reasoning"];

/** Pay per token. */
export const CEREBRAS_MODELS: PriceTable = {
  "gpt-oss-120b": cerebras({ tokens: [131_072, 32_768], usd: [0.35, 0.75], can: CEREBRAS }),
  "qwen-3.8-27b": cerebras({ tokens: [65_536, 32_768], usd: [0.99, 1.49], can: [...CEREBRAS, "vision"] }),
  "gemma-4-31b": cerebras({ tokens: [131_072, 40_960], usd: [0.99, 1.49], can: [...CEREBRAS, "vision"] }),
};

const together = statedBy("https://www.together.ai/pricing", "2026-11-04");

/** Serverless. */
export const TOGETHER_MODELS: PriceTable = {
  "openai/gpt-oss-120b": together({ tokens: [131_072], usd: [0.15, 0.6], can: null }),
  "MiniMaxAI/MiniMax-M3.1-Flash": together({ tokens: [1_048_576], usd: [0.15, 0.6, 0.015], can: null }),
  "Qwen/Qwen3.5-9B": together({ tokens: [262_144], usd: [0.17, 0.25], can: null }),
  "Qwen/Qwen3.6-Plus": together({ tokens: [1_000_000], usd: [0.5, 3], can: null }),
  "Qwen/Qwen3.7-Plus": together({ tokens: [1_000_000], usd: [0.32, 1.28], can: null }),
  "Qwen/Qwen3.8-Flash": together({ tokens: [1_000_000], usd: [0.15, 0.47], can: null }),
  "deepseek-ai/DeepSeek-V4.1-Flash": together({ tokens: [1_048_576], usd: [0.3, 1.2, 0.006], can: null }),
  "deepseek-ai/DeepSeek-V4-Pro-0813": together({ tokens: [1_048_576], usd: [1.32, 3.96, 0.13], can: null }),
  "moonshotai/Kimi-K3": together({ tokens: [1_048_576], usd: [3, 15, 0.3], can: null }),
  "zai-org/GLM-5.2": together({ tokens: [1_048_575, 128_000], usd: [1.4, 4.4, 0.26], can: null }),
  "zai-org/GLM-5.3": together({ tokens: [1_048_575, 128_000], usd: [1.4, 4.4, 0.26], can: null }),
  "zai-org/GLM-5.3-Flash": together({ tokens: [1_048_575, 128_000], usd: [0.15, 0.5, 0.03], can: null }),
  "meta-models/Muse-Spark-Open-816B-A42B": together({ tokens: [1_048_576], usd: [1.25, 4.25, 0.15], can: null }),
};

const baseten = statedBy("https://docs.baseten.co/inference/model-apis/overview", "2026-11-04");

/** Model APIs. */
export const BASETEN_MODELS: PriceTable = {
  "openai/gpt-oss-120b": baseten({ tokens: [128_072], usd: [0.1, 0.5, 0.1], can: null }),
  "zai-org/GLM-5.3": baseten({ tokens: [1_048_576, 262_144], usd: [1.4, 4.4, 0.14], can: null }),
  "zai-org/GLM-5.3-Flash": baseten({ tokens: [1_048_576, 131_072], usd: [0.15, 0.5, 0.03], can: null }),
  "zai-org/GLM-5.2": baseten({ tokens: [1_048_576, 262_144], usd: [1.4, 4.4, 0.14], can: null }),
  "deepseek-ai/DeepSeek-V4.1-Flash": baseten({ tokens: [1_048_576, 262_144], usd: [0.3, 1.2, 0.007], can: null }),
  "deepseek-ai/DeepSeek-V4-Pro-0813": baseten({ tokens: [1_048_576, 262_144], usd: [1.32, 3.96, 0.132], can: null }),
  "moonshotai/Kimi-K3": baseten({ tokens: [1_048_576, 262_144], usd: [3, 15, 0.3], can: null }),
  "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B": baseten({ tokens: [202_800], usd: [0.6, 2.4, 0.12], can: null }),
};

const novita = statedBy("https://novita.ai/pricing", "2026-11-04");

/** Serverless. */
export const NOVITA_MODELS: PriceTable = {
  "zai-org/glm-5.3": novita({ tokens: [1_048_576, 131_072], usd: [1.4, 4.4, 0.26], can: null }),
  "zai-org/glm-5.2": novita({ tokens: [1_048_576, 131_072], usd: [1.4, 4.4, 0.26], can: null }),
  "zai-org/glm-5.1": novita({ tokens: [204_800, 131_072], usd: [1.38, 4.4, 0.26], can: null }),
  "zai-org/glm-4.7": novita({ tokens: [204_800, 131_072], usd: [0.6, 2.2, 0.11], can: null }),
  "moonshotai/kimi-k3": novita({ tokens: [1_048_576], usd: [3, 15, 0.3], can: null }),
  "minimax/minimax-m3": novita({ tokens: [1_000_000, 131_072], usd: [0.3, 1.2, 0.06], can: null }),
  "minimax/minimax-m2.7": novita({ tokens: [204_800, 131_072], usd: [0.3, 1.2, 0.06], can: null }),
  "minimax/minimax-m2.5": novita({ tokens: [204_800, 131_100], usd: [0.3, 1.2, 0.03], can: null }),
  "qwen/qwen3.8-max": novita({ tokens: [1_000_000, 131_072], usd: [2, 6, 0.25], can: null }),
  "qwen/qwen3.7-max": novita({ tokens: [1_000_000, 65_536], usd: [1.25, 3.75, 0.25], can: null }),
  "qwen/qwen3.5-27b": novita({ tokens: [262_144, 65_536], usd: [0.3, 2.4], can: null }),
  "openai/gpt-oss-120b": novita({ tokens: [131_072, 32_768], usd: [0.05, 0.25], can: null }),
  "deepseek/deepseek-v4-flash-0731": novita({ tokens: [1_048_576, 393_216], usd: [0.44, 1.32, 0.028], can: null }),
  "meta-llama/llama-3.3-70b-instruct": novita({ tokens: [12_288], usd: [0.135, 0.4], can: null }),
};

const cloudflare = statedBy("https://developers.cloudflare.com/workers-ai/platform/pricing/", "2026-11-04");

/** Workers AI, beyond the free allocation. */
export const CLOUDFLARE_MODELS: PriceTable = {
  "@cf/openai/gpt-oss-120b": cloudflare({ tokens: [128_000], usd: [0.35, 0.75], can: null }),
  "@cf/openai/gpt-oss-20b": cloudflare({ tokens: [128_000], usd: [0.2, 0.3], can: null }),
  "@cf/moonshotai/kimi-k2.7-code": cloudflare({ tokens: [262_144], usd: [0.95, 4, 0.19], can: null }),
  "@cf/moonshotai/kimi-k2.6": cloudflare({ tokens: [262_144], usd: [0.95, 4, 0.16], can: null }),
  "@cf/zai-org/glm-5.2": cloudflare({ tokens: [262_144], usd: [1.4, 4.4, 0.26], can: null }),
  "@cf/nvidia/nemotron-3-120b-a12b": cloudflare({ tokens: [256_000], usd: [0.5, 1.5], can: null }),
  "@cf/google/gemma-4-26b-a4b-it": cloudflare({ tokens: [256_000], usd: [0.1, 0.3], can: null }),
  "@cf/meta/llama-3.3-70b-instruct-fp8-fast": cloudflare({ tokens: [24_000], usd: [0.293, 2.253], can: null }),
  "@cf/meta/llama-4-scout-17b-16e-instruct": cloudflare({ tokens: [131_000], usd: [0.27, 0.85], can: null }),
  "@cf/mistralai/mistral-small-3.1-24b-instruct": cloudflare({ tokens: [128_000], usd: [0.351, 0.555], can: null }),
  "@cf/qwen/qwen2.5-coder-32b-instruct": cloudflare({ tokens: [32_768], usd: [0.66, 1], can: null }),
};
