import * as fc from "fast-check";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { BlockHead, ChatAnswer, ChatEvent, Finish } from "../../../src/dialects/canonical/chat-event.ts";
import type { DecodedRequest } from "../../../src/dialects/dialect.ts";
import type { AnswerContext } from "../../../src/dialects/stream.ts";
import { argumentsJson } from "../canonical/any-json.ts";

const asked: DecodedRequest = {
  surface: "anthropic-messages",
  operation: "chat",
  model: "virtual",
  stream: true,
  choices: 1,
  text: "{}",
  body: {},
  modelSpan: null,
  streamOptionsSpan: null,
  asksUsage: null,
  headers: null,
  framing: "sse",
};

export const ANSWER_CONTEXT: AnswerContext = {
  seed: "0123456789abcdef0123456789abcdef",
  createdSeconds: 1_700_000_000,
  model: "upstream-model",
  asked,
};

const text = fc.string({ unit: "grapheme", minLength: 1 });
const count = fc.integer({ min: 0, max: 1_000_000 });

const seal = fc.record({
  family: fc.constantFrom("openai", "gemini", "bedrock-anthropic"),
  form: fc.constantFrom("signature", "encrypted", "thought_signature", "details"),
  data: text,
  id: fc.option(text),
} as const);

const argumentsText = argumentsJson();

/** Blocks that every dialect can answer with and that this one can say. */
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ kind: fc.constant("text" as const), text }),
  fc.record({ kind: fc.constant("reasoning" as const), text, isSummary: fc.constant(false), seal: fc.option(seal) }),
  fc.record({
    kind: fc.constant("tool_call" as const),
    id: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    name: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    form: fc.constant("function" as const),
    arguments: argumentsText,
    namespace: fc.constant(null),
    seal: fc.option(seal.map((sealed) => ({ ...sealed, form: "thought_signature" as const }))),
  }),
  fc.record({
    kind: fc.constant("opaque" as const),
    dialect: fc.constant("anthropic-messages"),
    type: fc.constant("server_tool_use"),
    raw: fc.record({ type: fc.constant("server_tool_use"), id: text, name: text, input: fc.dictionary(text, text) }),
  }),
);

const finish: fc.Arbitrary<Finish> = fc.constantFrom(
  { reason: "stop_sequence", raw: "stop_sequence", stopSequence: "END" },
  { reason: "length", raw: "max_tokens", stopSequence: null },
  { reason: "context", raw: "model_context_window_exceeded", stopSequence: null },
  { reason: "content_filter", raw: "refusal", stopSequence: null },
  { reason: "pause", raw: "pause_turn", stopSequence: null },
);

const usage = fc
  .tuple(count, count, count, count, count)
  .map(([fresh, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens]) => ({
    inputTokens: fresh + cachedInputTokens + cacheWriteTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens,
    estimated: false,
  }));

/** Answers of other dialects' backends. */
export const answers: fc.Arbitrary<ChatAnswer> = fc.record({
  id: fc.constant("msg_1"),
  model: fc.constant("model"),
  blocks: fc.array(block, { minLength: 1, maxLength: 6 }),
  finish,
  usage,
});

/** The same answer as strict events, each text in pieces of three characters. */
export function toEvents({ blocks, finish: end, id, model, usage: used }: ChatAnswer): readonly ChatEvent[] {
  const events: ChatEvent[] = [{ kind: "start", id, model, usage: null }];
  for (const [index, whole] of blocks.entries()) {
    if (whole.kind === "text") events.push(...opened(index, { kind: "text" }, whole.text));
    else if (whole.kind === "reasoning") events.push(...opened(index, { kind: "reasoning", isSummary: false }, whole.text));
    else if (whole.kind === "tool_call") {
      const { arguments: input, form, id: callId, name } = whole;
      events.push(...opened(index, { kind: "tool_call", id: callId, name, form, namespace: null }, input));
    } else events.push({ kind: "block", index, block: whole });
    if ("seal" in whole && whole.seal !== null) events.push({ kind: "seal", index, seal: whole.seal });
    if (whole.kind !== "opaque") events.push({ kind: "close", index });
  }
  if (used !== null) events.push({ kind: "usage", usage: used });
  return [...events, { kind: "finish", finish: end }];
}

function opened(index: number, head: BlockHead, content: string): readonly ChatEvent[] {
  const pieces = (content.match(/[^]{1,3}/gu) ?? []).map((piece) => JSON.stringify(piece).slice(1, -1));
  return [
    { kind: "open", index, head },
    { kind: "delta", index, pieces },
  ];
}
