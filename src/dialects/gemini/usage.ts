import type { Usage } from "../../core/usage.ts";
import { isObjectValue } from "../canonical/check-fields.ts";

/** A count no provider reaches honestly; what lies above it is treated as not reported. */
const PLAUSIBLE_TOKENS = 1_000_000_000;

/**
 * `usageMetadata` → ours; null when it counts nothing yet, as on the early events of a stream. Thoughts are counted beside
 * the candidates, the prompts of server tools beside the caller's.
 */
export function readUsage(value: unknown): Usage | null {
  if (!isObjectValue(value)) return null;
  const prompt = count(value["promptTokenCount"]);
  const candidates = count(value["candidatesTokenCount"]);
  const thoughts = count(value["thoughtsTokenCount"]);
  if (prompt === null && candidates === null && thoughts === null) return null;
  return {
    inputTokens: (prompt ?? 0) + (count(value["toolUsePromptTokenCount"]) ?? 0),
    cachedInputTokens: count(value["cachedContentTokenCount"]) ?? 0,
    cacheWriteTokens: 0,
    outputTokens: (candidates ?? 0) + (thoughts ?? 0),
    reasoningTokens: thoughts ?? 0,
    estimated: false,
  };
}

/** Ours → `usageMetadata`. */
export function writeUsage(usage: Usage): Readonly<Record<string, number>> {
  return {
    promptTokenCount: usage.inputTokens,
    ...(usage.cachedInputTokens > 0 && { cachedContentTokenCount: usage.cachedInputTokens }),
    candidatesTokenCount: Math.max(0, usage.outputTokens - usage.reasoningTokens),
    ...(usage.reasoningTokens > 0 && { thoughtsTokenCount: usage.reasoningTokens }),
    totalTokenCount: usage.inputTokens + usage.outputTokens,
  };
}

function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= PLAUSIBLE_TOKENS ? value : null;
}
