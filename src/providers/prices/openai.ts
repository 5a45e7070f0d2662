import type { Capability } from "../../core/capability.ts";
import { type PriceTable, statedBy } from "./table.ts";

const GPT: readonly Capability[] = [
  "tools",
  "parallel_tools",
  "vision",
  "files",
  "json_object",
  "json_schema",
  "reasoning",
  "prompt_cache",
  "web_search",
  "logprobs",
];
const GPT_PRO: readonly Capability[] = [
  "tools",
  "parallel_tools",
  "vision",
  "files",
  "json_object",
  "json_schema",
  "reasoning",
  "prompt_cache",
  "web_search",
];
const GPT_4: readonly Capability[] = [
  "tools",
  "parallel_tools",
  "vision",
  "files",
  "json_object",
  "json_schema",
  "prompt_cache",
  "logprobs",
];
const O_SERIES: readonly Capability[] = [
  "tools",
  "vision",
  "files",
  "json_object",
  "json_schema",
  "reasoning",
  "prompt_cache",
  "web_search",
];
const AUDIO: readonly Capability[] = ["tools", "parallel_tools", "audio_input", "audio_output"];
const openai = statedBy("https://developers.openai.com/api/docs/pricing", "2026-11-04");

/** Asked in every dialect of OpenAI. Prompts of more than 272,000 tokens cost more from gpt-5.4 on; audio tokens have prices of their own. */
export const OPENAI_CHAT_MODELS: PriceTable = {
  "gpt-6.1-sol": openai({ tokens: [1_050_000, 128_000], usd: [2, 10, 0.1, 2.5], can: GPT }),
  "gpt-6.1-terra": openai({ tokens: [1_050_000, 128_000], usd: [1, 5, 0.05, 1.25], can: GPT }),
  "gpt-6-astra": openai({ tokens: [1_050_000, 128_000], usd: [10, 50, 1, 12.5], can: GPT }),
  "gpt-6-sol": openai({ tokens: [1_050_000, 128_000], usd: [2, 10, 0.2, 2.5], can: GPT }),
  "gpt-6-luna": openai({ tokens: [1_050_000, 128_000], usd: [0.1, 0.5, 0.01, 0.125], can: GPT }),
  "gpt-5.6-sol": openai({ tokens: [1_050_000, 128_000], usd: [4, 20, 0.4, 5], can: GPT }),
  "gpt-5.6-terra": openai({ tokens: [1_050_000, 128_000], usd: [2, 12, 0.2, 2.5], can: GPT }),
  "gpt-5.6-luna": openai({ tokens: [1_050_000, 128_000], usd: [0.2, 1.2, 0.02, 0.25], can: GPT }),
  "gpt-5.5": openai({ tokens: [1_050_000, 128_000], usd: [5, 30, 0.5], can: GPT }),
  "gpt-5.4": openai({ tokens: [1_050_000, 128_000], usd: [2.5, 15, 0.25], can: GPT }),
  "gpt-5.4-mini": openai({ tokens: [400_000, 128_000], usd: [0.75, 4.5, 0.075], can: GPT }),
  "gpt-5.4-nano": openai({ tokens: [400_000, 128_000], usd: [0.2, 1.25, 0.02], can: GPT }),
  "gpt-5.2": openai({ tokens: [400_000, 128_000], usd: [1.75, 14, 0.175], can: GPT }),
  "gpt-5.1": openai({ tokens: [400_000, 128_000], usd: [1.25, 10, 0.125], can: GPT }),
  "gpt-5": openai({ tokens: [400_000, 128_000], usd: [1.25, 10, 0.125], can: GPT }),
  "gpt-5-mini": openai({ tokens: [400_000, 128_000], usd: [0.25, 2, 0.025], can: GPT }),
  "gpt-5-nano": openai({ tokens: [400_000, 128_000], usd: [0.05, 0.4, 0.005], can: GPT }),
  "gpt-4.1": openai({ tokens: [1_047_576, 32_768], usd: [2, 8, 0.5], can: GPT_4 }),
  "gpt-4.1-mini": openai({ tokens: [1_047_576, 32_768], usd: [0.4, 1.6, 0.1], can: GPT_4 }),
  "gpt-4o": openai({ tokens: [128_000, 16_384], usd: [2.5, 10, 1.25], can: GPT_4 }),
  "gpt-4o-mini": openai({ tokens: [128_000, 16_384], usd: [0.15, 0.6, 0.075], can: GPT_4 }),
  "gpt-audio-1.5": openai({ tokens: [128_000, 16_384], usd: [2.5, 10], can: AUDIO }),
  "gpt-audio": openai({ tokens: [128_000, 16_384], usd: [2.5, 10], can: AUDIO }),
  "gpt-audio-mini": openai({ tokens: [128_000, 16_384], usd: [0.6, 2.4], can: AUDIO }),
  o3: openai({ tokens: [200_000, 100_000], usd: [2, 8, 0.5], can: O_SERIES }),
};

/** Asked as openai-responses alone. */
export const OPENAI_RESPONSES_MODELS: PriceTable = {
  "gpt-5.5-pro": openai({ tokens: [1_050_000, 128_000], usd: [30, 180], can: GPT_PRO }),
  "gpt-5.4-pro": openai({ tokens: [1_050_000, 128_000], usd: [30, 180], can: GPT_PRO }),
  "gpt-5.3-codex": openai({ tokens: [400_000, 128_000], usd: [1.75, 14, 0.175], can: GPT_PRO }),
  "gpt-5.2-pro": openai({ tokens: [400_000, 128_000], usd: [21, 168], can: GPT_PRO }),
  "o3-pro": openai({ tokens: [200_000, 100_000], usd: [20, 80], can: O_SERIES }),
};

/** Embeddings have no output. */
export const OPENAI_EMBEDDINGS: PriceTable = {
  "text-embedding-3-large": openai({ tokens: [8_192], usd: [0.13, 0], can: ["embeddings"] }),
  "text-embedding-3-small": openai({ tokens: [8_192], usd: [0.02, 0], can: ["embeddings"] }),
  "text-embedding-ada-002": openai({ tokens: [8_192], usd: [0.1, 0], can: ["embeddings"] }),
};
