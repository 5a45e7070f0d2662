import * as fc from "fast-check";
import type { Block, Seal } from "../../../src/dialects/canonical/block.ts";
import type { BlockHead, ChatAnswer, ChatEvent, Finish } from "../../../src/dialects/canonical/chat-event.ts";
import { argumentsJson } from "../canonical/any-json.ts";

const text = fc.string({ unit: "grapheme", minLength: 1 });
const identifier = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
const count = fc.integer({ min: 0, max: 1_000_000 });

export const seal: fc.Arbitrary<Seal> = fc.record({
  family: fc.constantFrom("openai", "gemini", "anthropic"),
  form: fc.constantFrom("signature", "encrypted", "redacted", "thought_signature", "details"),
  data: text,
  id: fc.option(text),
});

export const argumentsText = argumentsJson();

const reasoning = fc.record({ kind: fc.constant("reasoning" as const), text, isSummary: fc.boolean(), seal });
const said = fc.record({ kind: fc.constant("text" as const), text });
const call = fc.record({
  kind: fc.constant("tool_call" as const),
  id: identifier,
  name: identifier,
  form: fc.constant("function" as const),
  arguments: argumentsText,
  namespace: fc.constant(null),
  seal: fc.constant(null),
});

const finish: fc.Arbitrary<Finish> = fc.constantFrom(
  { reason: "length", raw: "length", stopSequence: null },
  { reason: "content_filter", raw: "content_filter", stopSequence: null },
);

const usage = fc.record({
  inputTokens: count,
  cachedInputTokens: count,
  cacheWriteTokens: count,
  outputTokens: count.map((tokens) => tokens + 2_000_000),
  reasoningTokens: count,
  estimated: fc.constant(false),
});

/** Blocks in the one order that a message of this dialect has: thoughts, a text, calls. */
export const blocks: fc.Arbitrary<readonly Block[]> = fc
  .tuple(fc.array(reasoning, { maxLength: 2 }), fc.array(said, { maxLength: 1 }), fc.array(call, { maxLength: 3 }))
  .map((parts): readonly Block[] => parts.flat())
  .filter((list) => list.length > 0);

/** Answers of other dialects' backends. */
export const answers: fc.Arbitrary<ChatAnswer> = fc.record({
  id: fc.constant("msg_1"),
  model: fc.constant("model"),
  blocks,
  finish,
  usage,
});

/** The same answer as strict events, each text in pieces of three characters. */
export function toEvents(answer: ChatAnswer): readonly ChatEvent[] {
  const events: ChatEvent[] = [{ kind: "start", id: answer.id, model: answer.model, usage: null }];
  for (const [index, block] of answer.blocks.entries()) events.push(...toBlockEvents(block, index));
  if (answer.usage !== null) events.push({ kind: "usage", usage: answer.usage });
  return [...events, { kind: "finish", finish: answer.finish }];
}

function toBlockEvents(block: Block, index: number): readonly ChatEvent[] {
  const head = headOf(block);
  if (head === null) return [{ kind: "block", index, block }];
  const content = block.kind === "tool_call" ? block.arguments : "text" in block ? block.text : "";
  const pieces = (content.match(/[^]{1,3}/gu) ?? []).map((piece) => JSON.stringify(piece).slice(1, -1));
  const sealed = "seal" in block && block.seal !== null ? [{ kind: "seal", index, seal: block.seal } as const] : [];
  return [{ kind: "open", index, head }, { kind: "delta", index, pieces }, ...sealed, { kind: "close", index }];
}

function headOf(block: Block): BlockHead | null {
  if (block.kind === "text" || block.kind === "refusal") return { kind: block.kind };
  if (block.kind === "reasoning") return { kind: "reasoning", isSummary: block.isSummary };
  if (block.kind !== "tool_call") return null;
  const { form, id, name, namespace } = block;
  return { kind: "tool_call", id, name, form, namespace };
}
