import { isRecord } from "../../core/json/is-record.ts";
import { readTokens, type Usage } from "../../core/usage.ts";

/**
 * `usageMetadata` → ours; null when it counts nothing yet, as on the early events of a stream. Thoughts are counted beside
 * the candidates, the prompts of server tools beside the caller's.
 */
export function readUsage(value: unknown): Usage | null {
  if (!isRecord(value)) return null;
  const prompt = readTokens(value["promptTokenCount"]);
  const candidates = readTokens(value["candidatesTokenCount"]);
  const thoughts = readTokens(value["thoughtsTokenCount"]);
  if (prompt === null && candidates === null && thoughts === null) return null;
  return {
    inputTokens: (prompt ?? 0) + (readTokens(value["toolUsePromptTokenCount"]) ?? 0),
    cachedInputTokens: readTokens(value["cachedContentTokenCount"]) ?? 0,
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
