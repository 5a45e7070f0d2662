import { claudeMessage, items, response } from "./good-streams.ts";
import type { BodyKind, JudgedSurface } from "./judged.ts";

const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
const openAiError = {
  error: { message: "No such model.", type: "invalid_request_error", param: "model", code: "model_not_found" },
};
const call = { id: "call_1", type: "function", function: { name: "look_up", arguments: '{"q":"x"}' } };
const model = { id: "m-1", object: "model", created: 0, owned_by: "fairlead" };
const claudeModel = { type: "model", id: "m-1", display_name: "m-1", created_at: "1970-01-01T00:00:00Z" };

/** For each surface, one good body of each kind it has. */
export const GOOD_BODIES: Readonly<Record<JudgedSurface, Partial<Record<BodyKind, object>>>> = {
  "openai-chat": {
    chat: {
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1,
      model: "m-1",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: null, refusal: null, tool_calls: [call, { ...call, id: "call_2" }] },
          logprobs: null,
          finish_reason: "tool_calls",
        },
      ],
      usage,
    },
    embeddings: {
      object: "list",
      data: [{ object: "embedding", index: 0, embedding: [0.5] }],
      model: "m-1",
      usage: { prompt_tokens: 1, total_tokens: 1 },
    },
    error: openAiError,
    models: { object: "list", data: [model] },
    model,
  },
  "openai-completions": {
    chat: {
      id: "cmpl-1",
      object: "text_completion",
      created: 1,
      model: "m-1",
      choices: [{ index: 0, text: "Hello", logprobs: null, finish_reason: "stop" }],
      usage,
    },
    error: openAiError,
  },
  "openai-responses": {
    chat: response("completed", items, {
      input_tokens: 9,
      input_tokens_details: { cached_tokens: 2, cache_write_tokens: 0 },
      output_tokens: 4,
      output_tokens_details: { reasoning_tokens: 1 },
      total_tokens: 13,
    }),
    error: openAiError,
  },
  "anthropic-messages": {
    chat: claudeMessage,
    count: { input_tokens: 9 },
    error: { type: "error", error: { type: "request_too_large", message: "Too large." }, request_id: "req_1" },
    models: { data: [claudeModel], first_id: "m-1", last_id: "m-1", has_more: false },
    model: claudeModel,
  },
  gemini: {
    chat: {
      candidates: [
        {
          content: {
            role: "model",
            parts: [
              { text: "Why", thought: true },
              { functionCall: { id: "1", name: "a", args: {} } },
              { functionCall: { name: "b" } },
            ],
          },
          finishReason: "STOP",
          index: 0,
        },
      ],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 4, totalTokenCount: 13 },
      modelVersion: "m-1",
      responseId: "r-1",
    },
    count: { totalTokens: 9 },
    embeddings: { embeddings: [{ values: [0.5] }] },
    error: { error: { code: 404, message: "No such model.", status: "NOT_FOUND" } },
    models: { models: [{ name: "models/m-1" }] },
    model: { name: "models/m-1", displayName: "m-1" },
  },
};
