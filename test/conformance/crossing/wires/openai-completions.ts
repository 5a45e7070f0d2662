import type { Usage } from "../../../../src/core/usage.ts";
import { inPieces } from "../told.ts";
import { refuseAsOpenAi } from "./openai-errors.ts";
import { CREATED, sse, type Wire } from "./wire.ts";

const COMMON = { id: "cmpl-up", object: "text_completion", created: CREATED, model: "up-completions" };

/** Text alone: thoughts and calls are not told. */
export const openaiCompletions: Wire = {
  streamType: "text/event-stream",
  whole: ({ finish, text, usage }) => ({ ...COMMON, choices: [choiceOf(text, finish)], usage: usageOf(usage) }),
  events: ({ finish, text, usage }) => [
    ...inPieces(text).map((piece) => sse({ ...COMMON, choices: [choiceOf(piece, null)] })),
    sse({ ...COMMON, choices: [choiceOf("", finish)] }),
    sse({ ...COMMON, choices: [], usage: usageOf(usage) }),
    sse("[DONE]"),
  ],
  reports: (usage) => usage,
  refuse: refuseAsOpenAi,
  errorEvent: sse({ error: { message: "The upstream broke.", type: "server_error", param: null, code: "server_error" } }),
  malformedEvent: sse('{"choices":[{"index":0,"text":'),
};

function choiceOf(text: string, finish: string | null): object {
  return { index: 0, text, logprobs: null, finish_reason: finish };
}

function usageOf({ cachedInputTokens, cacheWriteTokens, inputTokens, outputTokens, reasoningTokens }: Usage): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedInputTokens, cache_write_tokens: cacheWriteTokens },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  };
}
