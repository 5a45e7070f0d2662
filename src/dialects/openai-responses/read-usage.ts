import { isRecord } from "../../core/json/is-record.ts";
import { readTokens, type Usage } from "../../core/usage.ts";
import { readDetails } from "../canonical/openai-usage.ts";

/** `usage` of a response → ours; null when absent or not plausible (negative, fractional, absurd). */
export function readUsage(value: unknown): Usage | null {
  if (!isRecord(value)) return null;
  const inputTokens = readTokens(value["input_tokens"]);
  const outputTokens = readTokens(value["output_tokens"] ?? 0);
  if (inputTokens === null || outputTokens === null) return null;
  const input = isRecord(value["input_tokens_details"]) ? value["input_tokens_details"] : {};
  const output = isRecord(value["output_tokens_details"]) ? value["output_tokens_details"] : {};
  return {
    inputTokens,
    cachedInputTokens: readTokens(input["cached_tokens"]) ?? 0,
    cacheWriteTokens: readTokens(input["cache_write_tokens"]) ?? 0,
    outputTokens,
    reasoningTokens: readTokens(output["reasoning_tokens"]) ?? 0,
    ...readDetails(input, output),
    estimated: false,
  };
}
