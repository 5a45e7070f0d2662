import { escapeText, unescapeText } from "../../core/json/escaped-text.ts";
import { FairleadError } from "../../core/errors.ts";
import type { Annotation, Block, Seal } from "../canonical/block.ts";
import type { BlockHead, ChatEvent, FinishReason } from "../canonical/chat-event.ts";
import { encodeOpenAiErrorEvent } from "../canonical/openai-error-body.ts";
import { writeOpenAiUsage } from "../canonical/openai-usage.ts";
import type { AnswerContext, StreamWriter } from "../stream.ts";
import { writeFinish } from "./finish-reasons.ts";
import { writeDetails } from "./reasoning-carrier.ts";
import { asksLegacy, mintId, writeAnnotation, writeAudio, writeCallSeal, writeImage } from "./write-answer.ts";

/** What ends a successful stream. */
export const DONE = "data: [DONE]\n\n";

/** Strict events → chat chunks. @see https://platform.openai.com/docs/api-reference/chat/streaming */
export function createWriter(context: AnswerContext): StreamWriter {
  return new ChatWriter(context);
}

/** The block that is open. */
interface OpenBlock {
  readonly head: BlockHead;
  /** What stands before and after the text of a delta, the end of one event and the start of the next included. */
  readonly prefix: string;
  readonly suffix: string;
  /** Of a thought: its text as it stands on the wire, which its state is told with. */
  readonly thoughts: string[];
  seal: Seal | null;
  isEmpty: boolean;
}

/** Thoughts that were told, until the end: their text as it stands on the wire, and their state. */
interface ToldThoughts {
  readonly pieces: readonly string[];
  readonly isSummary: boolean;
  readonly seal: Seal | null;
}

class ChatWriter implements StreamWriter {
  readonly #context: AnswerContext;
  readonly #isLegacy: boolean;
  /** An event up to the delta of its choice. */
  #before = "";
  #open: OpenBlock | null = null;
  #calls = 0;
  #images = 0;
  /** Characters of text told before the open block, and in it. */
  #textStart = 0;
  #textEnd = 0;
  readonly #annotations: unknown[] = [];
  readonly #thoughts: ToldThoughts[] = [];
  #usage = "";
  #out = "";

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#isLegacy = asksLegacy(context);
  }

  write(events: readonly ChatEvent[]): string {
    this.#out = "";
    for (const event of events) this.#event(event);
    return this.#out;
  }

  #event(event: ChatEvent): void {
    switch (event.kind) {
      case "start":
        return this.#start(event.id, event.model);
      case "open":
        return this.#openBlock(event.head);
      case "delta":
        return this.#delta(event.pieces);
      case "seal":
        return this.#seal(event.seal);
      case "annotate":
        return this.#annotate(event.annotation);
      case "close":
        return this.#close();
      case "block":
        return this.#block(event.block);
      case "usage":
        this.#usage = JSON.stringify(writeOpenAiUsage(event.usage));
        return;
      case "finish":
        return this.#finish(event.finish.reason);
      case "error":
        this.#out += encodeOpenAiErrorEvent(new FairleadError("stream_interrupted", event.failure.message));
    }
  }

  #start(id: string | null, model: string | null): void {
    const { createdSeconds, model: asked } = this.#context;
    const common = JSON.stringify({
      id: id ?? mintId(this.#context),
      object: "chat.completion.chunk",
      created: createdSeconds,
      model: model ?? asked,
    });
    this.#before = `data: ${common.slice(0, -1)},"choices":[`;
    this.#chunk({ role: "assistant", content: "" });
  }

  #chunk(delta: Readonly<Record<string, unknown>>, finishReason: string | null = null): void {
    const choice = JSON.stringify({ index: 0, delta, logprobs: null, finish_reason: finishReason });
    this.#out += `${this.#before}${choice}]}\n\n`;
  }

  #openBlock(head: BlockHead): void {
    const [opening, closing] = this.#delimiters(head);
    const prefix = `${this.#before}{"index":0,"delta":{${opening}`;
    const suffix = `${closing}},"logprobs":null,"finish_reason":null}]}\n\n`;
    this.#open = { head, prefix, suffix, thoughts: [], seal: null, isEmpty: true };
    this.#textStart = this.#textEnd;
    if (head.kind === "tool_call") this.#openCall(head);
  }

  /** What stands around the text of a delta within `delta`. */
  #delimiters(head: BlockHead): readonly [string, string] {
    switch (head.kind) {
      case "text":
        return ['"content":"', '"'];
      case "refusal":
        return ['"refusal":"', '"'];
      case "reasoning":
        return ['"reasoning_content":"', '"'];
      case "tool_call": {
        if (this.#isLegacy) return ['"function_call":{"arguments":"', '"}'];
        const member = head.form === "custom" ? '"custom":{"input":"' : '"function":{"arguments":"';
        return [`"tool_calls":[{"index":${this.#calls},${member}`, '"}}]'];
      }
    }
  }

  #openCall({ form, id, name }: Extract<BlockHead, { kind: "tool_call" }>): void {
    const index = this.#calls++;
    // The legacy form has room for one call.
    if (this.#isLegacy) return index === 0 ? this.#chunk({ function_call: { name, arguments: "" } }) : undefined;
    const body =
      form === "custom"
        ? { type: "custom", custom: { name, input: "" } }
        : { type: "function", function: { name, arguments: "" } };
    this.#chunk({ tool_calls: [{ index, id, ...body }] });
  }

  #delta(pieces: readonly string[]): void {
    const open = this.#open;
    if (open === null || this.#isBeyondLegacy(open)) return;
    open.isEmpty = false;
    if (open.head.kind === "reasoning") open.thoughts.push(...pieces);
    if (open.head.kind === "text") for (const piece of pieces) this.#textEnd += lengthOf(piece);
    this.#out += open.prefix + pieces.join(open.suffix + open.prefix) + open.suffix;
  }

  #isBeyondLegacy({ head }: OpenBlock): boolean {
    return this.#isLegacy && head.kind === "tool_call" && this.#calls > 1;
  }

  #seal(seal: Seal): void {
    const open = this.#open;
    if (open === null) return;
    if (open.head.kind === "reasoning") open.seal = seal;
    else if (open.head.kind === "tool_call" && !this.#isLegacy)
      this.#chunk({ tool_calls: [{ index: this.#calls - 1, function: { arguments: "" }, ...writeCallSeal(seal) }] });
    else this.#thoughts.push({ pieces: [], isSummary: false, seal });
  }

  #annotate(annotation: Annotation): void {
    this.#annotations.push(writeAnnotation(annotation, { start: this.#textStart, end: this.#textEnd }));
  }

  #close(): void {
    const open = this.#open;
    this.#open = null;
    if (open === null) return;
    const { head, isEmpty, prefix, seal, suffix, thoughts } = open;
    if (head.kind === "reasoning") this.#thoughts.push({ pieces: thoughts, isSummary: head.isSummary, seal });
    // A call without arguments is one with none: what clients parse must be JSON.
    const lacksArguments = isEmpty && head.kind === "tool_call" && head.form === "function" && !this.#isBeyondLegacy(open);
    if (lacksArguments) this.#out += `${prefix}{}${suffix}`;
  }

  /** All at once: of a member that they do not know, stock clients keep what the last chunk said. */
  #tellDetails(): void {
    if (this.#thoughts.every(({ seal }) => seal === null)) return;
    const thoughts = this.#thoughts.map(({ pieces, ...rest }) => ({ ...rest, text: unescapeText(pieces.join("")) }));
    this.#chunk({ reasoning_details: writeDetails(thoughts) });
  }

  #block(block: Block): void {
    switch (block.kind) {
      case "text":
      case "refusal":
        return this.#whole({ kind: block.kind }, block.text, null);
      case "reasoning":
        return this.#whole({ kind: "reasoning", isSummary: block.isSummary }, block.text, block.seal);
      case "tool_call":
        return this.#whole({ ...block, kind: "tool_call" }, block.arguments, block.seal);
      case "media":
        if (block.media === "image") this.#chunk({ images: [writeImage(block, this.#images++)] });
        if (block.media === "audio") this.#chunk({ audio: writeAudio(block, this.#context) });
        return;
      case "tool_result":
      case "opaque":
    }
  }

  #whole(head: BlockHead, text: string, seal: Seal | null): void {
    this.#openBlock(head);
    if (text !== "") this.#delta([escapeText(text)]);
    if (seal !== null) this.#seal(seal);
    this.#close();
  }

  #finish(reason: FinishReason): void {
    if (this.#annotations.length > 0) this.#chunk({ annotations: this.#annotations });
    this.#tellDetails();
    const word = writeFinish(reason);
    this.#chunk({}, this.#isLegacy && word === "tool_calls" ? "function_call" : word);
    if (this.#context.asked.asksUsage === true && this.#usage !== "") this.#out += `${this.#before}],"usage":${this.#usage}}\n\n`;
    this.#out += DONE;
  }
}

/** Characters of a text that stands in a JSON string. */
function lengthOf(piece: string): number {
  return piece.includes("\\") ? unescapeText(piece).length : piece.length;
}
