import { unescapeText } from "../../core/json/escaped-text.ts";
import type { Usage } from "../../core/usage.ts";
import type { Annotation, Block, Seal } from "./block.ts";
import type { BlockHead, ChatAnswer, ChatEvent, Finish } from "./chat-event.ts";

/** A block whose end has not come. */
interface OpenBlock {
  readonly head: BlockHead;
  /** Escaped. */
  readonly pieces: string[];
  readonly annotations: Annotation[];
  seal: Seal | null;
}

/** Strict events, as they come, put together into the answer that they are. */
export class AnswerGatherer {
  readonly #blocks: Block[] = [];
  readonly #mostCharacters: number;
  #characters = 0;
  #start: Pick<ChatAnswer, "id" | "model"> = { id: null, model: null };
  #usage: Usage | null = null;
  #open: OpenBlock | null = null;
  #answer: ChatAnswer | null = null;

  /** Of an answer with more than `mostCharacters` nothing is held. */
  constructor(mostCharacters: number) {
    this.#mostCharacters = mostCharacters;
  }

  /** The answer, once it has ended and was not too large. */
  get answer(): ChatAnswer | null {
    return this.#answer;
  }

  push(events: readonly ChatEvent[]): void {
    for (const event of events) {
      if ("index" in event) this.#takeBlock(event);
      else if (event.kind === "start") this.#start = { id: event.id, model: event.model };
      else if (event.kind === "usage") this.#usage = event.usage;
      else if (event.kind === "finish") this.#end(event.finish);
    }
  }

  #takeBlock(event: Extract<ChatEvent, { readonly index: number }>): void {
    switch (event.kind) {
      case "open":
        this.#open = { head: event.head, pieces: [], annotations: [], seal: null };
        return;
      case "delta":
        return this.#delta(event.pieces);
      case "seal":
        if (this.#open !== null) this.#open.seal = event.seal;
        return;
      case "annotate":
        this.#open?.annotations.push(event.annotation);
        return;
      case "close":
        return this.#close();
      case "block":
        this.#blocks.push(event.block);
    }
  }

  #end(finish: Finish): void {
    if (!this.#isTooLarge) this.#answer = { ...this.#start, blocks: this.#blocks, finish, usage: this.#usage };
  }

  get #isTooLarge(): boolean {
    return this.#characters > this.#mostCharacters;
  }

  #delta(pieces: readonly string[]): void {
    for (const piece of pieces) this.#characters += piece.length;
    if (!this.#isTooLarge) this.#open?.pieces.push(...pieces);
  }

  #close(): void {
    if (this.#open !== null && !this.#isTooLarge) this.#blocks.push(blockOf(this.#open));
    this.#open = null;
  }
}

function blockOf({ annotations, head, pieces, seal }: OpenBlock): Block {
  const text = unescapeText(pieces.join(""));
  switch (head.kind) {
    case "text":
      return annotations.length === 0 ? { kind: "text", text } : { kind: "text", text, annotations };
    case "refusal":
      return { kind: "refusal", text };
    case "reasoning":
      return { ...head, text, seal };
    case "tool_call":
      return { ...head, arguments: text, seal };
  }
}
