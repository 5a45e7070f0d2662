import { createHash } from "node:crypto";
import type { Behaviour } from "./behaviour.ts";
import { numberOption, parseModel } from "./behaviour.ts";
import type { ChatRequest } from "./model-request.ts";
import { decodeChatRequest } from "./model-request.ts";
import { bendUsage } from "./wrong-usage.ts";

const CREATED_AT_SECONDS = 1_790_000_000;
const WORDS = ["naïve", "café", "anchors", "Grüße", "你好", "⚓", "harbour", "🌊", "👩‍🚀", "done", "…"];
const DONE = "data: [DONE]\n\n";

/** At one byte per 200 ms a full answer takes minutes, so F22 has the smallest that stock SDKs accept; content in 12 s. */
const SHORT_EVENTS = [
  formatEvent({ choices: [{ index: 0, delta: { content: "é⚓" } }] }),
  formatEvent({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
  DONE,
];
const SHORT_BODY = JSON.stringify({
  choices: [{ index: 0, message: { role: "assistant", content: "é⚓" }, finish_reason: "stop" }],
});

interface Choice {
  readonly deltas: readonly object[];
  readonly message: object;
  readonly finish: "stop" | "tool_calls";
}

interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly fragments: readonly string[];
}

/** One server-sent event as it goes on the wire, `\n` line ends. */
export function formatEvent(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** The healthy stream, one string per event, `[DONE]` included. */
export function buildChatEvents(request: ChatRequest, behaviour: Behaviour): readonly string[] {
  if (behaviour.fault === "F22") return SHORT_EVENTS;
  const choices = buildChoices(request, behaviour);
  const reportsUsage = request.includeUsage && !behaviour.options.has("nousage");
  const chunk = (choiceList: readonly object[], usage: object | null = null) =>
    formatEvent({
      ...identityOf(request, "chat.completion.chunk"),
      choices: choiceList,
      ...(reportsUsage ? { usage } : {}),
    });
  const choiceChunk = (index: number, delta: object, finish: string | null) =>
    chunk([{ index, delta, logprobs: null, finish_reason: finish }]);
  const steps = Math.max(...choices.map((choice) => choice.deltas.length));
  return [
    ...Array.from({ length: steps }, (_, step) =>
      choices.map((choice, index) => choiceChunk(index, choice.deltas[step] ?? {}, null)),
    ).flat(),
    ...choices.map((choice, index) => choiceChunk(index, {}, choice.finish)),
    ...(reportsUsage ? [chunk([], bendUsage(usageOf(request, choices), behaviour))] : []),
    DONE,
  ];
}

/** The healthy JSON answer: the same text, tool calls and usage as the stream. */
export function buildChatBody(request: ChatRequest, behaviour: Behaviour): string {
  if (behaviour.fault === "F22") return SHORT_BODY;
  const choices = buildChoices(request, behaviour);
  return JSON.stringify({
    ...identityOf(request, "chat.completion"),
    choices: choices.map(({ message, finish }, index) => ({ index, message, logprobs: null, finish_reason: finish })),
    ...(behaviour.options.has("nousage") ? {} : { usage: bendUsage(usageOf(request, choices), behaviour) }),
  });
}

/** Exactly the body bytes of the healthy stream for this chat request, as the model name's own options bend it. */
export function healthyStreamBytes(request: object): Uint8Array {
  const decoded = decodeChatRequest(request);
  return Buffer.from(buildChatEvents(decoded, parseModel(decoded.model).behaviour).join(""));
}

/** Exactly the body bytes of the healthy JSON answer for this chat request. */
export function healthyJsonBytes(request: object): Uint8Array {
  const decoded = decodeChatRequest(request);
  return Buffer.from(buildChatBody(decoded, parseModel(decoded.model).behaviour));
}

/** Depends on the answering name and the messages alone, so that a router's own edits do not change the answer. */
function digestOf(request: ChatRequest): string {
  const { base } = parseModel(request.model);
  return createHash("sha256").update(`${base}\n${request.prompt}`).digest("hex").slice(0, 24);
}

function identityOf(request: ChatRequest, object: string): object {
  return {
    id: `chatcmpl-${digestOf(request)}`,
    object,
    created: CREATED_AT_SECONDS,
    model: parseModel(request.model).base,
    service_tier: "default",
    system_fingerprint: "fp_chaos0001",
  };
}

function buildChoices(request: ChatRequest, behaviour: Behaviour): readonly Choice[] {
  return Array.from({ length: request.choices }, (_, index) =>
    behaviour.options.has("tools") ? buildToolChoice(request, index) : buildTextChoice(request, behaviour, index),
  );
}

function buildTextChoice(request: ChatRequest, behaviour: Behaviour, choice: number): Choice {
  const { base } = parseModel(request.model);
  const pieces = Array.from({ length: numberOption(behaviour, "events", 12) }, (_, position) =>
    position === 0 ? `Answer from ${base}.` : ` ${WORDS[(position - 1 + choice) % WORDS.length] ?? ""}`,
  );
  return {
    deltas: [{ role: "assistant", content: "", refusal: null }, ...pieces.map((content) => ({ content }))],
    message: { role: "assistant", content: pieces.join(""), refusal: null, annotations: [] },
    finish: "stop",
  };
}

/** Two calls in parallel, named after the request's own tools where it has any. */
function buildToolChoice(request: ChatRequest, choice: number): Choice {
  const digest = digestOf(request);
  const name = (position: number, fallback: string) =>
    request.toolNames[position % Math.max(request.toolNames.length, 1)] ?? fallback;
  const calls: readonly ToolCall[] = [
    { id: `call_${digest}_${choice}a`, name: name(0, "get_weather"), fragments: ['{"ci', 'ty":"Zü', 'rich 🌊"', "}"] },
    { id: `call_${digest}_${choice}b`, name: name(1, "get_time"), fragments: ['{"zone"', ':"Europe/', 'Zurich"}'] },
  ];
  return {
    deltas: [{ role: "assistant", content: null, refusal: null }, ...calls.flatMap(toolCallDeltas)],
    message: {
      role: "assistant",
      content: null,
      tool_calls: calls.map(({ id, name: called, fragments }) => ({
        id,
        type: "function",
        function: { name: called, arguments: fragments.join("") },
      })),
      refusal: null,
      annotations: [],
    },
    finish: "tool_calls",
  };
}

function toolCallDeltas({ id, name, fragments }: ToolCall, index: number): readonly object[] {
  return [
    { tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] },
    ...fragments.map((fragment) => ({ tool_calls: [{ index, function: { arguments: fragment } }] })),
  ];
}

/** A token is four characters of the prompt, or one delta of the answer: what matters is that it can be recomputed. */
function usageOf(request: ChatRequest, choices: readonly Choice[]): object {
  const prompt = 3 + Math.ceil(request.prompt.length / 4);
  const completion = choices.reduce((sum, choice) => sum + choice.deltas.length - 1, 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
