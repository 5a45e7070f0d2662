import type { Annotation, Block, Seal } from "../../../src/dialects/canonical/block.ts";
import { createArranger } from "../canonical/create-arranger.ts";
import type { BlockHead, ChatAnswer, ChatEvent, Finish } from "../../../src/dialects/canonical/chat-event.ts";
import type { ReaderContext } from "../../../src/dialects/stream.ts";
import { ConverseStreamReader } from "../../../src/dialects/bedrock-converse/stream-reader.ts";
import type { Failure } from "../../../src/core/failure.ts";
import type { Usage } from "../../../src/core/usage.ts";

export const CONTEXT: ReaderContext = { seed: "0123456789abcdef0123456789abcdef", family: "bedrock-anthropic" };

/** What a stream came to, by way of the arranger. */
export interface Collected {
  /** Null where the stream never said how it ended, or failed. */
  readonly answer: ChatAnswer | null;
  readonly blocks: readonly Block[];
  readonly failure: Failure | null;
  readonly events: readonly ChatEvent[];
  readonly reader: ConverseStreamReader;
}

interface OpenBlock {
  readonly head: BlockHead;
  text: string;
  seal: Seal | null;
  readonly annotations: Annotation[];
}

export function collect(pieces: readonly Uint8Array[], context: ReaderContext = CONTEXT): Collected {
  const reader = new ConverseStreamReader(context);
  const arranger = createArranger();
  const events = [
    ...pieces.flatMap((piece) => arranger.push(reader.push(piece))),
    ...arranger.push(reader.end()),
    ...arranger.end(),
  ];
  const blocks: Block[] = [];
  const open = new Map<number, OpenBlock>();
  let finish: Finish | null = null;
  let usage: Usage | null = null;
  for (const event of events) {
    if (event.kind === "finish") finish = event.finish;
    else if (event.kind === "usage") usage = event.usage;
    else take(event, open, blocks);
  }
  const answer = finish && { id: null, model: null, blocks, finish, usage };
  return { answer, blocks: [...blocks, ...[...open.values()].map(toBlock)], failure: arranger.failure, events, reader };
}

function take(event: ChatEvent, open: Map<number, OpenBlock>, blocks: Block[]): void {
  if (event.kind === "block") blocks.push(event.block);
  else if (event.kind === "open") open.set(event.index, { head: event.head, text: "", seal: null, annotations: [] });
  if (!("index" in event)) return;
  const block = open.get(event.index);
  if (block === undefined) return;
  if (event.kind === "delta") block.text += event.pieces.map((piece) => String(JSON.parse(`"${piece}"`))).join("");
  else if (event.kind === "seal") block.seal = event.seal;
  else if (event.kind === "annotate") block.annotations.push(event.annotation);
  else if (event.kind === "close") {
    blocks.push(toBlock(block));
    open.delete(event.index);
  }
}

function toBlock({ annotations, head, seal, text }: OpenBlock): Block {
  switch (head.kind) {
    case "text":
      return { kind: "text", text, ...(annotations.length > 0 && { annotations }) };
    case "refusal":
      return { kind: "refusal", text };
    case "reasoning":
      return { ...head, text, seal };
    case "tool_call":
      return { ...head, arguments: text, seal: null };
  }
}
