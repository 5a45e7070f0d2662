import { isRecord } from "../../core/json/is-record.ts";
import type { Usage } from "../../core/usage.ts";

/** A count no provider reaches honestly; what lies above it is treated as not reported. */
const PLAUSIBLE_TOKENS = 1_000_000_000;

/** `usage` of a response → ours; null when absent or not plausible (negative, fractional, absurd). */
export function readUsage(value: unknown): Usage | null {
  if (!isRecord(value)) return null;
  const inputTokens = count(value["input_tokens"]);
  const outputTokens = count(value["output_tokens"] ?? 0);
  if (inputTokens === null || outputTokens === null) return null;
  const input = isRecord(value["input_tokens_details"]) ? value["input_tokens_details"] : {};
  const output = isRecord(value["output_tokens_details"]) ? value["output_tokens_details"] : {};
  return {
    inputTokens,
    cachedInputTokens: count(input["cached_tokens"]) ?? 0,
    cacheWriteTokens: count(input["cache_write_tokens"]) ?? 0,
    outputTokens,
    reasoningTokens: count(output["reasoning_tokens"]) ?? 0,
    estimated: false,
  };
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= PLAUSIBLE_TOKENS ? value : null;
}
