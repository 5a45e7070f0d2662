import type { Capability } from "../../core/capability.ts";
import { type PriceTable, statedBy } from "./table.ts";

const BEDROCK_CLAUDE: readonly Capability[] = [
  "tools",
  "parallel_tools",
  "vision",
  "files",
  "json_object",
  "json_schema",
  "reasoning",
  "prompt_cache",
];
const bedrock = statedBy("https://aws.amazon.com/bedrock/pricing/", "2026-11-04");

/** On demand, us-east-1 or the named group of regions. Nova states no price for cache writes that differs from its input. */
export const BEDROCK_MODELS: PriceTable = {
  "global.anthropic.claude-opus-5-5": bedrock({ tokens: [1_000_000, 128_000], usd: [4, 20, 0.2, 5], can: BEDROCK_CLAUDE }),
  "us.anthropic.claude-opus-5-5": bedrock({ tokens: [1_000_000, 128_000], usd: [4.4, 22, 0.22, 5.5], can: BEDROCK_CLAUDE }),
  "eu.anthropic.claude-opus-5-5": bedrock({ tokens: [1_000_000, 128_000], usd: [4.4, 22, 0.22, 5.5], can: BEDROCK_CLAUDE }),
  "global.anthropic.claude-opus-5": bedrock({ tokens: [1_000_000, 128_000], usd: [5, 25, 0.5, 6.25], can: BEDROCK_CLAUDE }),
  "us.anthropic.claude-opus-5": bedrock({ tokens: [1_000_000, 128_000], usd: [5.5, 27.5, 0.55, 6.875], can: BEDROCK_CLAUDE }),
  "eu.anthropic.claude-opus-5": bedrock({ tokens: [1_000_000, 128_000], usd: [5.5, 27.5, 0.55, 6.875], can: BEDROCK_CLAUDE }),
  "global.anthropic.claude-sonnet-5-5": bedrock({ tokens: [1_000_000, 128_000], usd: [2, 10, 0.1, 2.5], can: BEDROCK_CLAUDE }),
  "us.anthropic.claude-sonnet-5-5": bedrock({ tokens: [1_000_000, 128_000], usd: [2.2, 11, 0.11, 2.75], can: BEDROCK_CLAUDE }),
  "eu.anthropic.claude-sonnet-5-5": bedrock({ tokens: [1_000_000, 128_000], usd: [2.2, 11, 0.11, 2.75], can: BEDROCK_CLAUDE }),
  "global.anthropic.claude-sonnet-5": bedrock({ tokens: [1_000_000, 128_000], usd: [2, 10, 0.2, 2.5], can: BEDROCK_CLAUDE }),
  "us.anthropic.claude-sonnet-5": bedrock({ tokens: [1_000_000, 128_000], usd: [2.2, 11, 0.22, 2.75], can: BEDROCK_CLAUDE }),
  "eu.anthropic.claude-sonnet-5": bedrock({ tokens: [1_000_000, 128_000], usd: [2.2, 11, 0.22, 2.75], can: BEDROCK_CLAUDE }),
  "global.anthropic.claude-haiku-5-5": bedrock({
    tokens: [1_000_000, 128_000],
    usd: [0.1, 0.5, 0.01, 0.125],
    can: BEDROCK_CLAUDE,
  }),
  "us.anthropic.claude-haiku-5-5": bedrock({
    tokens: [1_000_000, 128_000],
    usd: [0.11, 0.55, 0.011, 0.1375],
    can: BEDROCK_CLAUDE,
  }),
  "eu.anthropic.claude-haiku-5-5": bedrock({
    tokens: [1_000_000, 128_000],
    usd: [0.11, 0.55, 0.011, 0.1375],
    can: BEDROCK_CLAUDE,
  }),
  "global.anthropic.claude-sonnet-4-5-20250929-v1:0": bedrock({
    tokens: [200_000, 64_000],
    usd: [3, 15, 0.3, 3.75],
    can: BEDROCK_CLAUDE,
  }),
  "us.anthropic.claude-sonnet-4-5-20250929-v1:0": bedrock({
    tokens: [200_000, 64_000],
    usd: [3.3, 16.5, 0.33, 4.125],
    can: BEDROCK_CLAUDE,
  }),
  "eu.anthropic.claude-sonnet-4-5-20250929-v1:0": bedrock({
    tokens: [200_000, 64_000],
    usd: [3.3, 16.5, 0.33, 4.125],
    can: BEDROCK_CLAUDE,
  }),
  "global.anthropic.claude-haiku-4-5-20251001-v1:0": bedrock({
    tokens: [200_000, 64_000],
    usd: [1, 5, 0.1, 1.25],
    can: BEDROCK_CLAUDE,
  }),
  "us.anthropic.claude-haiku-4-5-20251001-v1:0": bedrock({
    tokens: [200_000, 64_000],
    usd: [1.1, 5.5, 0.11, 1.375],
    can: BEDROCK_CLAUDE,
  }),
  "amazon.nova-micro-v1:0": bedrock({
    tokens: [128_000, 10_000],
    usd: [0.035, 0.14, 0.00875],
    can: ["tools", "json_object", "json_schema", "prompt_cache"],
  }),
  "us.amazon.nova-micro-v1:0": bedrock({
    tokens: [128_000, 10_000],
    usd: [0.035, 0.14, 0.00875],
    can: ["tools", "json_object", "json_schema", "prompt_cache"],
  }),
  "amazon.nova-lite-v1:0": bedrock({
    tokens: [300_000, 10_000],
    usd: [0.06, 0.24, 0.015],
    can: ["tools", "vision", "video", "files", "json_object", "json_schema", "prompt_cache"],
  }),
  "us.amazon.nova-lite-v1:0": bedrock({
    tokens: [300_000, 10_000],
    usd: [0.06, 0.24, 0.015],
    can: ["tools", "vision", "video", "files", "json_object", "json_schema", "prompt_cache"],
  }),
  "amazon.nova-pro-v1:0": bedrock({
    tokens: [300_000, 10_000],
    usd: [0.8, 3.2, 0.2],
    can: ["tools", "vision", "video", "files", "json_object", "json_schema", "prompt_cache"],
  }),
  "us.amazon.nova-pro-v1:0": bedrock({
    tokens: [300_000, 10_000],
    usd: [0.8, 3.2, 0.2],
    can: ["tools", "vision", "video", "files", "json_object", "json_schema", "prompt_cache"],
  }),
  "global.amazon.nova-2-lite-v1:0": bedrock({
    tokens: [1_000_000, 64_000],
    usd: [0.3, 2.5, 0.075],
    can: ["tools", "vision", "video", "files", "json_object", "json_schema", "reasoning", "prompt_cache"],
  }),
  "us.amazon.nova-2-lite-v1:0": bedrock({
    tokens: [1_000_000, 64_000],
    usd: [0.33, 2.75, 0.0825],
    can: ["tools", "vision", "video", "files", "json_object", "json_schema", "reasoning", "prompt_cache"],
  }),
  "openai.gpt-oss-120b-1:0": bedrock({
    tokens: [128_000, 16_384],
    usd: [0.15, 0.6],
    can: ["tools", "json_object", "json_schema", "reasoning"],
  }),
  "openai.gpt-oss-20b-1:0": bedrock({
    tokens: [128_000, 16_384],
    usd: [0.07, 0.3],
    can: ["tools", "json_object", "json_schema", "reasoning"],
  }),
  "meta.llama3-3-70b-instruct-v1:0": bedrock({ tokens: [128_000, 4_096], usd: [0.72, 0.72], can: ["tools"] }),
  "us.meta.llama3-3-70b-instruct-v1:0": bedrock({ tokens: [128_000, 4_096], usd: [0.72, 0.72], can: ["tools"] }),
  "us.meta.llama4-maverick-17b-instruct-v1:0": bedrock({ tokens: [1_000_000, 8_192], usd: [0.24, 0.97], can: ["tools"] }),
  "us.meta.llama4-scout-17b-instruct-v1:0": bedrock({ tokens: [10_000_000, 8_192], usd: [0.17, 0.66], can: ["tools"] }),
  "mistral.mistral-large-3-675b-instruct": bedrock({
    tokens: [256_000, 32_000],
    usd: [0.5, 1.5],
    can: ["tools", "vision", "json_object", "json_schema"],
  }),
  "qwen.qwen3-32b-v1:0": bedrock({ tokens: [32_768, 8_192], usd: [0.15, 0.6], can: ["tools", "reasoning"] }),
  "global.moonshotai.kimi-k3": bedrock({
    tokens: [1_000_000, 131_072],
    usd: [3, 15, 0.3, 3.75],
    can: ["tools", "vision", "json_object", "json_schema", "reasoning", "prompt_cache"],
  }),
  "us.deepseek.r1-v1:0": bedrock({ tokens: [128_000, 8_192], usd: [1.35, 5.4], can: ["reasoning"] }),
};
