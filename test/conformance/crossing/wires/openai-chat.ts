import type { Usage } from "../../../../src/core/usage.ts";
import { inPieces, type Told } from "../told.ts";
import { refuseAsOpenAi } from "./openai-errors.ts";
import { CREATED, sse, type Wire } from "./wire.ts";

const COMMON = { id: "chatcmpl-up", created: CREATED, model: "up-chat" };

export const openaiChat: Wire = {
  streamType: "text/event-stream",
  whole: (told) => ({
    ...COMMON,
    object: "chat.completion",
    choices: [{ index: 0, message: messageOf(told), logprobs: null, finish_reason: finishOf(told) }],
    usage: usageOf(told.usage),
  }),
  events: (told) => [...deltasOf(told).map((delta) => chunk(delta)), chunk({}, finishOf(told)), usageChunk(told), sse("[DONE]")],
  reports: (usage) => usage,
  refuse: refuseAsOpenAi,
  errorEvent: sse({ error: { message: "The upstream broke.", type: "server_error", param: null, code: "server_error" } }),
  malformedEvent: sse('{"choices":[{"index":0,"delta":{"content":'),
};

function chunk(delta: object, finish: string | null = null): Buffer {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return sse({ ...COMMON, object: "chat.completion.chunk", choices });
}

function usageChunk({ usage }: Told): Buffer {
  return sse({ ...COMMON, object: "chat.completion.chunk", choices: [], usage: usageOf(usage) });
}

function finishOf({ calls, finish }: Told): string {
  return calls.length > 0 && finish === "stop" ? "tool_calls" : finish;
}

function messageOf({ calls, seal, text, thoughts }: Told): object {
  return {
    role: "assistant",
    content: text === "" ? null : text,
    refusal: null,
    ...(thoughts === "" ? {} : { reasoning_content: thoughts }),
    ...(seal === "" ? {} : { reasoning_details: [{ type: "reasoning.encrypted", data: seal, index: 0 }] }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(({ arguments: args, id, name }) => callOf(id, name, args)) }),
  };
}

function callOf(id: string, name: string, args: string): object {
  return { id, type: "function", function: { name, arguments: args } };
}

function deltasOf({ calls, seal, text, thoughts }: Told): readonly object[] {
  return [
    { role: "assistant", content: "" },
    ...inPieces(thoughts).map((piece) => ({ reasoning_content: piece })),
    ...(seal === "" ? [] : [{ reasoning_details: [{ type: "reasoning.encrypted", data: seal, index: 0 }] }]),
    ...inPieces(text).map((piece) => ({ content: piece })),
    ...calls.flatMap(({ arguments: args, id, name }, index) => [
      { tool_calls: [{ index, ...callOf(id, name, "") }] },
      ...inPieces(args).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
  ];
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
