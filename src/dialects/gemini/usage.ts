import { isRecord } from "../../core/json/is-record.ts";
import { partsOf, readTokens, type Usage, type UsageParts } from "../../core/usage.ts";

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
    ...modalities(value),
    estimated: false,
  };
}

/** What is counted apart by modality; what comes from the cache has the cache's price, whatever it is. */
function modalities(usage: Readonly<Record<string, unknown>>): UsageParts {
  const [prompt, cached, answer] = ["promptTokensDetails", "cacheTokensDetails", "candidatesTokensDetails"].map((name) =>
    byModality(usage[name]),
  );
  const fresh = (modality: string): number => (prompt?.get(modality) ?? 0) - (cached?.get(modality) ?? 0);
  return partsOf({
    audioInputTokens: fresh("AUDIO"),
    imageInputTokens: fresh("IMAGE"),
    audioOutputTokens: answer?.get("AUDIO") ?? 0,
    imageOutputTokens: answer?.get("IMAGE") ?? 0,
  });
}

function byModality(details: unknown): ReadonlyMap<string, number> {
  const counts = Array.isArray(details) ? details.filter(isRecord) : [];
  return new Map(counts.map(({ modality, tokenCount }) => [String(modality), readTokens(tokenCount) ?? 0]));
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
