import type { ChatRequest } from "./chat-request.ts";
import { type Answer, countAnswerTokens, type ToolCall } from "./compose-answers.ts";
import { toHex } from "./seed.ts";

/** 2026-01-01T00:00:00Z: a fixed date, because the same request must give the same bytes. */
const CREATED_SECONDS = 1_767_225_600;

/** A stream as SSE events: what opens it, the deltas, and what ends it. */
export interface ChatEvents {
  readonly opening: readonly string[];
  readonly deltas: readonly string[];
  readonly ending: readonly string[];
}

/** What a renderer needs: the request, its answers, and the seed the ids are made of. */
export interface Completion {
  readonly request: ChatRequest;
  readonly answers: readonly Answer[];
  readonly seed: number;
}

/** The answers as one JSON document. @see https://platform.openai.com/docs/api-reference/chat/object */
export function renderCompletion(completion: Completion): string {
  const choices = completion.answers.map((answer, index) => ({
    index,
    message: { role: "assistant", content: answer.calls.length > 0 ? null : answer.text, refusal: null, ...toolCallsOf(answer) },
    logprobs: null,
    finish_reason: answer.finish,
  }));
  return JSON.stringify({ ...envelopeOf(completion, "chat.completion"), choices, usage: usageOf(completion) });
}

/** The answers as events; choices are interleaved. @see https://platform.openai.com/docs/api-reference/chat-streaming */
export function renderEvents(completion: Completion): ChatEvents {
  const { answers, request } = completion;
  const envelope = { ...envelopeOf(completion, "chat.completion.chunk"), ...(request.includeUsage ? { usage: null } : {}) };
  const event = (index: number, delta: unknown, finish: string | null): string =>
    toEvent({ ...envelope, choices: [{ index, delta, logprobs: null, finish_reason: finish }] });
  const deltas = answers.map(deltasOf);
  const steps = Math.max(0, ...deltas.map((list) => list.length));
  const finishes = answers.map((answer, index) => event(index, {}, answer.finish));
  const usage = request.includeUsage ? [toEvent({ ...envelope, choices: [], usage: usageOf(completion) })] : [];
  return {
    opening: answers.map((answer, index) =>
      event(index, { role: "assistant", content: answer.calls.length > 0 ? null : "", refusal: null }, null),
    ),
    deltas: Array.from({ length: steps }, (_, step) =>
      deltas.flatMap((list, index) => list.slice(step, step + 1).map((delta) => event(index, delta, null))),
    ).flat(),
    ending: [...finishes, ...usage, "data: [DONE]\n\n"],
  };
}

function toEvent(payload: unknown): string {
  return `data: ${JSON.stringify(payload)}\n\n`;
}

function envelopeOf(completion: Completion, object: string): Readonly<Record<string, unknown>> {
  return {
    id: `chatcmpl-sim${toHex(completion.seed)}`,
    object,
    created: CREATED_SECONDS,
    model: completion.request.model,
    service_tier: "default",
    system_fingerprint: "fp_simulator",
  };
}

function usageOf({ request, answers }: Completion): Readonly<Record<string, unknown>> {
  const completionTokens = countAnswerTokens(answers);
  return {
    prompt_tokens: request.promptTokens,
    completion_tokens: completionTokens,
    total_tokens: request.promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function toolCallsOf(answer: Answer): Readonly<Record<string, unknown>> {
  if (answer.calls.length === 0) return {};
  return {
    tool_calls: answer.calls.map(({ id, name, arguments: text }) => ({
      id,
      type: "function",
      function: { name, arguments: text },
    })),
  };
}

/** A word a delta; a call begins with its name, then come pieces of its arguments. */
function deltasOf(answer: Answer): readonly unknown[] {
  const words = answer.text.match(/\S+\s*|^\s+/g) ?? [];
  return [...words.map((content) => ({ content })), ...answer.calls.flatMap(callDeltas)];
}

function callDeltas(call: ToolCall, index: number): readonly unknown[] {
  const { id, name, arguments: text } = call;
  const pieces = text.match(/[^,]+,?|,/g) ?? [];
  const start = { index, id, type: "function", function: { name, arguments: "" } };
  return [{ tool_calls: [start] }, ...pieces.map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] }))];
}
