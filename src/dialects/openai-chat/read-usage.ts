import type { Usage } from "../../core/usage.ts";

/** A count no provider reaches honestly; what lies above it is treated as not reported. */
const PLAUSIBLE_TOKENS = 1_000_000_000;

/** Chat or embeddings `usage` → ours; null when absent or not plausible (negative, fractional, absurd). */
export function readUsage(value: unknown): Usage | null {
  if (!isRecord(value)) return null;
  const inputTokens = count(value["prompt_tokens"]);
  const outputTokens = count(value["completion_tokens"] ?? 0);
  if (inputTokens === null || outputTokens === null) return null;
  const input = isRecord(value["prompt_tokens_details"]) ? value["prompt_tokens_details"] : {};
  const output = isRecord(value["completion_tokens_details"]) ? value["completion_tokens_details"] : {};
  return {
    inputTokens,
    cachedInputTokens: count(input["cached_tokens"]) ?? count(value["prompt_cache_hit_tokens"]) ?? 0,
    cacheWriteTokens: count(input["cache_write_tokens"]) ?? 0,
    outputTokens,
    reasoningTokens: count(output["reasoning_tokens"]) ?? 0,
    estimated: false,
  };
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= PLAUSIBLE_TOKENS ? value : null;
}

/** An object with unknown members, not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
