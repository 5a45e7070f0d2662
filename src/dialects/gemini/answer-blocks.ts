import { escapeText } from "../../core/json/escaped-text.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Annotation, Block, Seal, ToolCallBlock } from "../canonical/block.ts";
import type { ChatEvent } from "../canonical/chat-event.ts";
import type { ReaderContext } from "../stream.ts";
import { type Body, listOf, member, textOf } from "./member.ts";
import { PartialArgs } from "./partial-args.ts";
import { answerParts } from "./read-answer.ts";
import { type PartContext, readPart, sealOnly } from "./read-parts.ts";

type Emit = (event: ChatEvent) => void;

/** The block that further parts may go on with. */
interface OpenBlock {
  readonly index: number;
  readonly kind: "text" | "reasoning";
  /** Of a text: told after it, as a block of its own. */
  seal: Seal | null;
}

/** A call whose arguments come in pieces. */
interface OpenCall {
  readonly index: number;
  readonly args: PartialArgs;
  seal: Seal | null;
}

/** Parts of a streamed answer → loose events. Texts that follow one another are one block, and so are thoughts. */
export class AnswerBlocks {
  readonly #emit: Emit;
  readonly #context: PartContext;
  #next = 0;
  #open: OpenBlock | null = null;
  #call: OpenCall | null = null;
  readonly #sources = new Set<string>();

  constructor(context: ReaderContext, emit: Emit) {
    this.#emit = emit;
    this.#context = answerParts(context);
  }

  /** One part; null, or what is wrong with it. */
  part(part: Body): string | null {
    const call = part["functionCall"];
    if (isRecord(call) && this.#isPartial(call)) return this.#partial(call, part);
    for (const block of readPart(part, this.#context)) this.#block(block);
    return null;
  }

  /** More text, each piece as it stands in a JSON string. */
  text(pieces: readonly string[]): void {
    this.#emit({ kind: "delta", index: this.#openAs("text").index, pieces });
  }

  /** Sources of the text that is open, each once: every event may tell all of them again. */
  annotate(annotations: readonly Annotation[]): void {
    const open = this.#open;
    if (open?.kind !== "text") return;
    for (const annotation of annotations) {
      if (this.#sources.has(annotation.url)) continue;
      this.#sources.add(annotation.url);
      this.#emit({ kind: "annotate", index: open.index, annotation });
    }
  }

  /** Nothing that is held back remains so: the answer says that it has ended, though more may come. */
  settle(): void {
    this.#closeCall();
    if (this.#open?.seal != null) this.#close();
  }

  #block(block: Block): void {
    switch (block.kind) {
      case "text":
        if (block.text !== "") this.text([escapeText(block.text)]);
        return;
      case "reasoning":
        return block.text === "" && this.#open?.kind !== "reasoning" ? this.#sealText(block.seal) : this.#thought(block);
      case "tool_call":
        return this.#wholeCall(block);
      case "media":
      case "opaque":
        this.#close();
        this.#closeCall();
        this.#emit({ kind: "block", index: this.#next++, block });
        return;
      case "refusal":
      case "tool_result":
    }
  }

  #openAs(kind: OpenBlock["kind"]): OpenBlock {
    this.#closeCall();
    if (this.#open?.kind === kind) return this.#open;
    this.#close();
    const open: OpenBlock = { index: this.#next++, kind, seal: null };
    this.#open = open;
    const head = kind === "text" ? ({ kind } as const) : ({ kind, isSummary: true } as const);
    this.#emit({ kind: "open", index: open.index, head });
    return open;
  }

  /** A text's signature waits for its end, so that the text is not cut in two; a second one ends it. */
  #sealText(seal: Seal | null): void {
    if (seal === null) return;
    if (this.#open?.seal != null) this.#close();
    if (this.#open === null) this.#emit({ kind: "block", index: this.#next++, block: sealOnly(seal) });
    else this.#open.seal = seal;
  }

  #thought({ seal, text }: Extract<Block, { readonly kind: "reasoning" }>): void {
    if (text === "" && seal === null) return;
    const { index } = this.#openAs("reasoning");
    if (text !== "") this.#emit({ kind: "delta", index, pieces: [escapeText(text)] });
    if (seal === null) return;
    this.#emit({ kind: "seal", index, seal });
    this.#close();
  }

  #close(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    this.#emit({ kind: "close", index: open.index });
    if (open.seal !== null) this.#emit({ kind: "block", index: this.#next++, block: sealOnly(open.seal) });
  }

  #wholeCall(block: ToolCallBlock): void {
    const index = this.#openCall(block);
    this.#emit({ kind: "delta", index, pieces: [escapeText(block.arguments)] });
    if (block.seal !== null) this.#emit({ kind: "seal", index, seal: block.seal });
    this.#emit({ kind: "close", index });
  }

  #openCall({ id, name }: Pick<ToolCallBlock, "id" | "name">): number {
    this.#close();
    this.#closeCall();
    const index = this.#next++;
    this.#emit({ kind: "open", index, head: { kind: "tool_call", id, name, form: "function", namespace: null } });
    return index;
  }

  /** A piece, or the empty call that ends the pieces; a call without a name is nothing else. */
  #isPartial(call: Body): boolean {
    return call["willContinue"] === true || member(call, "partialArgs") !== undefined || textOf(call["name"]) === null;
  }

  #partial(call: Body, part: Body): string | null {
    const signature = textOf(part["thoughtSignature"]);
    const name = textOf(call["name"]);
    if (name !== null) this.#begin(call, name);
    if (this.#call === null) return null;
    if (signature !== null) this.#call.seal = this.#context.sealOf(signature);
    for (const piece of listOf(call["partialArgs"])) {
      const problem = this.#call.args.add(piece);
      if (problem !== null) return problem;
    }
    if (call["willContinue"] !== true) this.#closeCall();
    return null;
  }

  #begin(call: Body, name: string): void {
    const index = this.#openCall({ id: this.#context.callId(name, textOf(call["id"])), name });
    const { args } = call;
    this.#call = { index, args: new PartialArgs(isRecord(args) ? args : {}), seal: null };
  }

  #closeCall(): void {
    const call = this.#call;
    if (call === null) return;
    this.#call = null;
    this.#emit({ kind: "delta", index: call.index, pieces: [escapeText(call.args.text)] });
    if (call.seal !== null) this.#emit({ kind: "seal", index: call.index, seal: call.seal });
    this.#emit({ kind: "close", index: call.index });
  }
}
