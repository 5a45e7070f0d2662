import type { Failure } from "../../../src/core/failure.ts";
import type { Usage } from "../../../src/core/usage.ts";
import { createArranger } from "../canonical/create-arranger.ts";
import type { Annotation, Block, Seal } from "../../../src/dialects/canonical/block.ts";
import type { BlockHead, ChatAnswer, ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import type { ReaderContext } from "../../../src/dialects/stream.ts";
import { createReader } from "../../../src/dialects/anthropic-messages/stream-reader.ts";
import type { Normalized } from "./recordings.ts";

export const CONTEXT: ReaderContext = { seed: "0123456789abcdef0123456789abcdef", family: "anthropic" };

/** Text in pieces of this many characters. */
export function inPieces(text: string, size: number): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
  return pieces;
}

/** Strict events of a stream that is pushed in these pieces. */
export function arrange(pieces: readonly string[]): readonly ChatEvent[] {
  const reader = createReader(CONTEXT);
  const arranger = createArranger();
  const events = pieces.flatMap((piece) => arranger.push(reader.push(piece)));
  return [...events, ...arranger.push(reader.end()), ...arranger.end()];
}

/** What a caller would have in the end: the answer, or as much of it as came before it failed or broke off. */
export interface Gathered {
  readonly answer: ChatAnswer;
  readonly failure: Failure | null;
  readonly isComplete: boolean;
}

interface Open {
  readonly head: BlockHead;
  text: string;
  seal: Seal | null;
  readonly annotations: Annotation[];
}

/** Strict events put together again. */
export function gather(events: readonly ChatEvent[]): Gathered {
  const blocks: Block[] = [];
  let open: Open | null = null;
  let failure: Failure | null = null;
  let isComplete = false;
  let answer: ChatAnswer = {
    id: null,
    model: null,
    blocks,
    finish: { reason: "other", raw: null, stopSequence: null },
    usage: null,
  };
  for (const event of events) {
    if (event.kind === "start") answer = { ...answer, id: event.id, model: event.model, usage: event.usage };
    if (event.kind === "open") open = { head: event.head, text: "", seal: null, annotations: [] };
    if (event.kind === "close" && open !== null) {
      blocks.push(closed(open));
      open = null;
    }
    if (open !== null) fill(open, event);
    if (event.kind === "block") blocks.push(event.block);
    if (event.kind === "usage") answer = { ...answer, usage: event.usage };
    if (event.kind === "finish") {
      answer = { ...answer, finish: event.finish };
      isComplete = true;
    }
    if (event.kind === "error") ({ failure } = event);
  }
  if (open !== null) blocks.push(closed(open));
  return { answer, failure, isComplete };
}

function fill(open: Open, event: ChatEvent): void {
  if (event.kind === "delta") open.text += event.pieces.map((piece) => String(JSON.parse(`"${piece}"`))).join("");
  if (event.kind === "seal") open.seal = event.seal;
  if (event.kind === "annotate") open.annotations.push(event.annotation);
}

function closed({ annotations, head, seal, text }: Open): Block {
  switch (head.kind) {
    case "text":
      return { kind: "text", text, ...(annotations.length === 0 ? {} : { annotations }) };
    case "refusal":
      return { kind: "refusal", text };
    case "reasoning":
      return { ...head, text, seal };
    case "tool_call":
      return { ...head, arguments: text, seal };
  }
}

const FINISH: Readonly<Record<string, string>> = { stop_sequence: "stop", context: "length", pause: "other" };

/** An answer in the words of the recordings. */
export function normalize({ answer, failure, isComplete }: Gathered): unknown {
  const { blocks, finish, usage } = answer;
  const textOf = (kind: "text" | "reasoning"): string => blocks.map((block) => (block.kind === kind ? block.text : "")).join("");
  const calls = blocks.filter((block) => block.kind === "tool_call");
  return {
    text: textOf("text"),
    reasoning: textOf("reasoning"),
    tool_calls: calls.map(({ arguments: text, id, name }) => ({ id, name, arguments: argumentsOf(text) })),
    finish: isComplete ? (FINISH[finish.reason] ?? finish.reason) : null,
    usage: countsOf(usage),
    hasError: failure !== null,
  };
}

function countsOf(usage: Usage | null): unknown {
  if (usage === null) return { input_total: 0, cache_read: 0, cache_write: 0, output_total: 0, reasoning: 0 };
  return {
    input_total: usage.inputTokens,
    cache_read: usage.cachedInputTokens,
    cache_write: usage.cacheWriteTokens,
    output_total: usage.outputTokens,
    reasoning: usage.reasoningTokens,
  };
}

function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { __unparsed__: text };
  }
}

/** What a recording says, with 0 where nothing was counted: of a message that did not end, the output. */
export function expectedOf({ error, finish, reasoning, text, tool_calls: calls, usage }: Normalized): unknown {
  const counts = ["input_total", "cache_read", "cache_write", "output_total", "reasoning"];
  return {
    text,
    reasoning,
    tool_calls: calls,
    finish,
    usage: Object.fromEntries(
      counts.map((name) => [name, finish === null && name === "output_total" ? 0 : (usage?.[name] ?? 0)]),
    ),
    hasError: error !== null,
  };
}
