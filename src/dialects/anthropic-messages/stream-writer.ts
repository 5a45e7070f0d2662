import { escapeText } from "../../core/json/escaped-text.ts";
import { RawJson, writeJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Usage } from "../../core/usage.ts";
import type { Block, Seal } from "../canonical/block.ts";
import type { BlockHead, ChatEvent, Finish } from "../canonical/chat-event.ts";
import type { AnswerContext, StreamWriter } from "../stream.ts";
import { writeCitation } from "./citations.ts";
import { encodeFailureEvent } from "./error-envelope.ts";
import type { Fields } from "./read-fields.ts";
import { writeStopReason } from "./stop-reason.ts";
import { writeMessageUsage, writeUsage } from "./usage.ts";
import { CALLER, callIdOf, carrierOf, signatureOf, writeAnswerBlock } from "./write-answer-block.ts";

/** Writes a stream of Messages events. @see https://docs.anthropic.com/en/docs/build-with-claude/streaming */
export function createWriter(context: AnswerContext): StreamWriter {
  return new MessageWriter(context);
}

/** The delta that carries a block's text, up to the quote before it. */
const DELTA_OF: Readonly<Record<BlockHead["kind"], string>> = {
  text: '{"type":"text_delta","text":"',
  refusal: '{"type":"text_delta","text":"',
  reasoning: '{"type":"thinking_delta","thinking":"',
  tool_call: '{"type":"input_json_delta","partial_json":"',
};
const DELTA_END = '"}}\n\n';
/** Around the text of a free-form tool, as it stands in a delta. */
const WRAPPING = { before: String.raw`{\"input\":\"`, after: String.raw`\"}` };

interface OpenPart {
  readonly kind: BlockHead["kind"];
  /** From the beginning of an event to the quote before its text. */
  readonly before: string;
  /** From the quote after a text to the quote before the next. */
  readonly between: string;
  /** What a free-form tool was given stands in an object: a string within a string. */
  readonly isWrapped: boolean;
  seal: Seal | null;
}

class MessageWriter implements StreamWriter {
  readonly #context: AnswerContext;
  #text = "";
  /** Ours: a block of another dialect's takes none, a call's seal takes one more. */
  #index = 0;
  #open: OpenPart | null = null;
  #usage: Usage | null = null;
  #isRefusal = false;

  constructor(context: AnswerContext) {
    this.#context = context;
  }

  write(events: readonly ChatEvent[]): string {
    this.#text = "";
    for (const event of events) this.#take(event);
    return this.#text;
  }

  #take(event: ChatEvent): void {
    switch (event.kind) {
      case "start":
        return this.#start(event);
      case "open":
        return this.#begin(event.head);
      case "delta":
        return this.#delta(event.pieces);
      case "seal":
      case "annotate":
        return this.#adorn(event);
      case "close":
        return this.#close();
      case "block":
        return this.#block(event.block);
      case "usage":
        this.#usage = event.usage;
        return;
      case "finish":
        return this.#finish(event.finish);
      case "error":
        this.#text += encodeFailureEvent(event.failure);
    }
  }

  #event(name: string, fields: Fields): void {
    this.#text += `event: ${name}\ndata: ${writeJson({ type: name, ...fields })}\n\n`;
  }

  #indexed(fields: Fields): Fields {
    return { index: this.#index, ...fields };
  }

  #start({ id, model, usage }: Extract<ChatEvent, { readonly kind: "start" }>): void {
    this.#usage = usage;
    const message = {
      id: id ?? `msg_${this.#context.seed}`,
      type: "message",
      role: "assistant",
      model: model ?? this.#context.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      container: null,
      usage: writeMessageUsage(usage),
    };
    this.#event("message_start", { message });
  }

  #begin(head: BlockHead): void {
    if (head.kind === "refusal") this.#isRefusal = true;
    this.#event("content_block_start", this.#indexed({ content_block: emptyBlock(head) }));
    const before = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#index},"delta":${DELTA_OF[head.kind]}`;
    const isWrapped = head.kind === "tool_call" && head.form === "custom";
    this.#open = { kind: head.kind, before, between: DELTA_END + before, isWrapped, seal: null };
    if (isWrapped) this.#text += before + WRAPPING.before + DELTA_END;
  }

  #delta(pieces: readonly string[]): void {
    if (this.#open === null) return;
    const texts = this.#open.isWrapped ? pieces.map(escapeText) : pieces;
    this.#text += this.#open.before + texts.join(this.#open.between) + DELTA_END;
  }

  #adorn(event: Extract<ChatEvent, { readonly kind: "seal" | "annotate" }>): void {
    if (this.#open === null) return;
    if (event.kind === "seal") this.#open.seal = event.seal;
    else if (this.#open.kind === "text") this.#event("content_block_delta", this.#indexed({ delta: citationDelta(event) }));
  }

  #close(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    if (open.isWrapped) this.#text += open.before + WRAPPING.after + DELTA_END;
    if (open.kind === "reasoning") {
      const delta = { type: "signature_delta", signature: signatureOf(open.seal) };
      this.#event("content_block_delta", this.#indexed({ delta }));
    }
    this.#event("content_block_stop", { index: this.#index++ });
    if (open.kind === "tool_call" && open.seal !== null) this.#whole(carrierOf(open.seal));
  }

  /** A block that comes whole, told as one that came in pieces: clients read text and input from deltas. */
  #block(block: Block): void {
    if (block.kind === "refusal") this.#isRefusal = true;
    for (const wire of writeAnswerBlock(block)) this.#whole(wire);
  }

  #whole(wire: Fields): void {
    const { deltas, shell } = inPieces(wire);
    this.#event("content_block_start", this.#indexed({ content_block: shell }));
    for (const delta of deltas) this.#event("content_block_delta", this.#indexed({ delta }));
    this.#event("content_block_stop", { index: this.#index++ });
  }

  #finish(finish: Finish): void {
    this.#event("message_delta", { delta: writeStopReason(finish, this.#isRefusal), usage: writeUsage(this.#usage) });
    this.#event("message_stop", {});
  }
}

function citationDelta({ annotation }: Extract<ChatEvent, { readonly kind: "annotate" }>): Fields {
  return { type: "citations_delta", citation: writeCitation(annotation) };
}

function emptyBlock(head: BlockHead): Fields {
  switch (head.kind) {
    case "text":
    case "refusal":
      return { type: "text", text: "", citations: null };
    case "reasoning":
      return { type: "thinking", thinking: "", signature: "" };
    case "tool_call":
      return { type: "tool_use", id: callIdOf(head.id), name: head.name, input: {}, caller: CALLER };
  }
}

interface Pieces {
  readonly shell: Fields;
  readonly deltas: readonly Fields[];
}

function inPieces(wire: Fields): Pieces {
  const { input, signature, text, thinking, type, citations } = wire;
  if (type === "text") {
    const cited = Array.isArray(citations) ? citations.map((citation: unknown) => ({ type: "citations_delta", citation })) : [];
    return { shell: { type, text: "", citations: null }, deltas: [{ type: "text_delta", text }, ...cited] };
  }
  if (type === "thinking") {
    const thought = thinking === "" ? [] : [{ type: "thinking_delta", thinking }];
    return { shell: { type, thinking: "", signature: "" }, deltas: [...thought, { type: "signature_delta", signature }] };
  }
  if (!isRecord(input) && !(input instanceof RawJson)) return { shell: wire, deltas: [] };
  const partial = writeJson(input);
  return { shell: { ...wire, input: {} }, deltas: [{ type: "input_json_delta", partial_json: partial }] };
}
