import { isRecord } from "../../core/json/is-record.ts";
import { partsOf, readTokens, type Usage, type UsageParts } from "../../core/usage.ts";

/**
 * `usage` of chat, completions or embeddings → ours; null when absent or not plausible (negative, fractional, absurd).
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
export function readOpenAiUsage(value: unknown): Usage | null {
  if (!isRecord(value)) return null;
  const inputTokens = readTokens(value["prompt_tokens"]);
  const completionTokens = readTokens(value["completion_tokens"] ?? 0);
  if (inputTokens === null || completionTokens === null) return null;
  const input = detailsOf(value["prompt_tokens_details"]);
  const output = detailsOf(value["completion_tokens_details"]);
  const reasoningTokens = readTokens(output["reasoning_tokens"]) ?? 0;
  // Some count thoughts beside the completion; only their total tells.
  const isApart = value["total_tokens"] === inputTokens + completionTokens + reasoningTokens;
  return {
    inputTokens,
    cachedInputTokens:
      readTokens(input["cached_tokens"]) ??
      readTokens(value["prompt_cache_hit_tokens"]) ??
      readTokens(value["cached_tokens"]) ??
      0,
    cacheWriteTokens: readTokens(input["cache_write_tokens"]) ?? 0,
    outputTokens: isApart ? completionTokens + reasoningTokens : completionTokens,
    reasoningTokens,
    ...readDetails(input, output),
    estimated: false,
  };
}

/** What OpenAI's formats count apart. */
export function readDetails(input: Readonly<Record<string, unknown>>, output: Readonly<Record<string, unknown>>): UsageParts {
  return partsOf({
    audioInputTokens: readTokens(input["audio_tokens"]) ?? 0,
    imageInputTokens: readTokens(input["image_tokens"]) ?? 0,
    audioOutputTokens: readTokens(output["audio_tokens"]) ?? 0,
    imageOutputTokens: readTokens(output["image_tokens"]) ?? 0,
  });
}

function detailsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** Ours → `usage` of a chat or completions answer. */
export function writeOpenAiUsage(usage: Usage): Readonly<Record<string, unknown>> {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInputTokens,
      ...(usage.cacheWriteTokens > 0 ? { cache_write_tokens: usage.cacheWriteTokens } : {}),
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  };
}
