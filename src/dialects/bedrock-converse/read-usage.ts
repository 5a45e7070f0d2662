import { isRecord } from "../../core/json/is-record.ts";
import { partsOf, readTokens, type Usage } from "../../core/usage.ts";

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
  const parts = partsOf({ cacheWriteHourTokens: hourTokens(value["cacheDetails"]) });
  return { inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens: 0, ...parts, estimated: false };
}

/** Of what was written to the cache, what is kept for an hour. */
function hourTokens(details: unknown): number {
  if (!Array.isArray(details)) return 0;
  const hour = details.filter(isRecord).find(({ ttl }) => ttl === "1h");
  return readTokens(hour?.["inputTokens"]) ?? 0;
}
