import type { Usage } from "../../../src/core/usage.ts";
import type { ChatAnswer, ChatEvent } from "../../../src/dialects/canonical/chat-event.ts";
import { createArranger } from "../canonical/create-arranger.ts";
import type { Block } from "../../../src/dialects/canonical/block.ts";
import type { StreamReader } from "../../../src/dialects/stream.ts";
import type { Normalized } from "./recordings.ts";

/** What of an answer the fixtures' oracle speaks of. */
export interface Meaning {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly finish: string | null;
  readonly usage: unknown;
  readonly isError: boolean;
}

/** The oracle's words for what we read. A stop with calls is one for the calls' sake here, whatever the server said. */
export function meaningOf(normalized: Normalized): Meaning {
  const { error, finish, reasoning, text, tool_calls: calls, usage } = normalized;
  return {
    text,
    reasoning,
    calls: calls.map(({ arguments: input, name }) => ({ name, arguments: input })),
    finish: finish === "stop" && calls.length > 0 ? "tool_calls" : finish,
    usage:
      usage === null
        ? null
        : {
            input: usage.input_total,
            cached: usage.cache_read ?? 0,
            written: usage.cache_write ?? 0,
            output: usage.output_total,
            reasoning: usage.reasoning ?? 0,
          },
    isError: error !== null,
  };
}

/** What the blocks of an answer mean. */
export function meaningOfAnswer({ blocks, finish, usage }: ChatAnswer): Meaning {
  return { ...meaningOfBlocks(blocks), finish: finish.reason, usage: usage === null ? null : wordsOf(usage), isError: false };
}

function meaningOfBlocks(blocks: readonly Block[]): Pick<Meaning, "text" | "reasoning" | "calls"> {
  const textOf = (kind: "text" | "reasoning"): string => blocks.map((block) => (block.kind === kind ? block.text : "")).join("");
  const calls = blocks.flatMap((block) =>
    block.kind === "tool_call" ? [{ name: block.name, arguments: parseArguments(block.arguments) }] : [],
  );
  return { text: textOf("text"), reasoning: textOf("reasoning"), calls };
}

function wordsOf(usage: Usage): unknown {
  return {
    input: usage.inputTokens,
    cached: usage.cachedInputTokens,
    written: usage.cacheWriteTokens,
    output: usage.outputTokens,
    reasoning: usage.reasoningTokens,
  };
}

/** Arguments as the oracle has them: none are an empty object, and what is no JSON is kept as text. */
export function parseArguments(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return { __unparsed__: text };
  }
}

/** A text in pieces of `size` characters. */
export function split(text: string, size: number): readonly string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; start += size) pieces.push(text.slice(start, start + size));
  return pieces;
}

/** What a stream gives when it comes in these pieces: strict events. */
export function arrange(reader: StreamReader<string>, pieces: readonly string[]): readonly ChatEvent[] {
  const arranger = createArranger();
  const events = pieces.flatMap((piece) => arranger.push(reader.push(piece)));
  return [...events, ...arranger.push(reader.end()), ...arranger.end()];
}

/** Strict events as a whole answer; null where they end in an error or not at all. */
export function gather(events: readonly ChatEvent[]): ChatAnswer | null {
  const blocks: Block[] = [];
  let id: string | null = null;
  let model: string | null = null;
  let usage: Usage | null = null;
  let escaped = "";
  for (const event of events) {
    if (event.kind === "start") ({ id, model } = event);
    else if (event.kind === "error") return null;
    else if (event.kind === "block") blocks.push(event.block);
    else if (event.kind === "usage") ({ usage } = event);
    else if (event.kind === "finish") return { id, model, blocks, finish: event.finish, usage };
    else if (event.kind === "open") {
      escaped = "";
      blocks.push(emptyBlock(event.head));
    } else if (event.kind === "delta") escaped += event.pieces.join("");
    else {
      const last = blocks.pop();
      if (last === undefined) throw new Error(`${event.kind} without a block`);
      blocks.push(changed(last, event, escaped));
    }
  }
  return null;
}

function emptyBlock(head: Extract<ChatEvent, { kind: "open" }>["head"]): Block {
  switch (head.kind) {
    case "text":
    case "refusal":
      return { kind: head.kind, text: "" };
    case "reasoning":
      return { kind: "reasoning", text: "", isSummary: head.isSummary, seal: null };
    case "tool_call":
      return { ...head, arguments: "", seal: null };
  }
}

function changed(block: Block, event: ChatEvent, escaped: string): Block {
  if (event.kind === "seal") return "seal" in block ? { ...block, seal: event.seal } : block;
  if (event.kind === "annotate")
    return block.kind === "text" ? { ...block, annotations: [...(block.annotations ?? []), event.annotation] } : block;
  if (event.kind !== "close") return block;
  const text = String(JSON.parse(`"${escaped}"`));
  if (block.kind === "tool_call") return { ...block, arguments: text };
  return "text" in block ? { ...block, text } : block;
}

/** What an unfinished or broken stream had said. */
export function partialMeaning(events: readonly ChatEvent[]): Meaning {
  const isError = events.some(({ kind }) => kind === "error");
  const told = events.filter(({ kind }) => kind !== "error");
  const open = told.findLast(({ kind }) => kind === "open" || kind === "close");
  const closing: readonly ChatEvent[] = open?.kind === "open" ? [{ kind: "close", index: open.index }] : [];
  const ending: ChatEvent = { kind: "finish", finish: { reason: "other", raw: null, stopSequence: null } };
  const answer = gather([...told, ...closing, ending]);
  if (answer === null) throw new Error("unreachable");
  return { ...meaningOfAnswer(answer), finish: null, isError };
}
