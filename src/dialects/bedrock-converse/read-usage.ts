import { isRecord } from "../../core/json/is-record.ts";
import type { Usage } from "../../core/usage.ts";

/** A count no provider reaches honestly; what lies above it is treated as not reported. */
const PLAUSIBLE_TOKENS = 1_000_000_000;

/**
 * A `TokenUsage` → ours, null when absent or not plausible. Its `inputTokens` leaves out what was read from and written
 * to the cache, ours includes both. Thoughts are in `outputTokens` and are not told apart.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
export function readUsage(value: unknown): Usage | null {
  if (!isRecord(value)) return null;
  const freshTokens = readTokens(value["inputTokens"]);
  const outputTokens = readTokens(value["outputTokens"]);
  if (freshTokens === null || outputTokens === null) return null;
  const cachedInputTokens = readTokens(value["cacheReadInputTokens"]) ?? 0;
  const cacheWriteTokens = readTokens(value["cacheWriteInputTokens"]) ?? 0;
  const inputTokens = freshTokens + cachedInputTokens + cacheWriteTokens;
  return { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens: 0, estimated: false };
}

/** A plausible count of tokens, or null. */
export function readTokens(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= PLAUSIBLE_TOKENS ? value : null;
}
