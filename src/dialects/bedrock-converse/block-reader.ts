import { escapeText, unescapeText } from "../../core/json/escaped-text.ts";
import { writeJson, parseExact } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { BlockHead } from "../canonical/chat-event.ts";
import type { ReaderContext } from "../stream.ts";
import type { EventList } from "./event-list.ts";
import { imageBlock, isServerTool, readCallHead, readCitation, readOpaque, records, redacted, signature } from "./read-block.ts";
import type { TextDelta } from "./read-delta.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Characters of blocks that are told whole, in one answer; what is longer is an attack or a fault. */
const HELD_CHARACTERS = 16 * 1024 * 1024;

/** A block that is told when it is complete. */
interface HeldBlock {
  readonly kind: "toolUse" | "toolResult" | "image";
  readonly start: Fields;
  /** Input of a tool, or base64 of an image. */
  readonly parts: string[];
  readonly results: unknown[];
}

/** What one `contentBlockIndex` has opened: a model may think and speak under the same one. */
interface Slot {
  text: number | null;
  reasoning: number | null;
  call: number | null;
  hasArguments: boolean;
  held: HeldBlock | null;
}

/**
 * Content blocks of a stream → loose events. Text and thoughts open with their first delta, for no event announces them;
 * a provider's own tools and images are told when they are complete.
 */
export class BlockReader {
  /** What makes the stream unreadable. */
  failure: string | null = null;
  readonly #context: ReaderContext;
  readonly #slots = new Map<number, Slot>();
  #next = 0;
  #heldCharacters = 0;

  constructor(context: ReaderContext) {
    this.#context = context;
  }

  start(block: number, start: Fields, list: EventList): void {
    const { image, toolResult, toolUse } = start;
    const slot = this.#slot(block);
    if (isRecord(toolUse) && !isServerTool(toolUse)) {
      const head = readCallHead(toolUse, block, this.#context);
      if (head === null) this.failure = "A tool call of the stream has no name.";
      else slot.call = this.#open(head, list);
    } else if (isRecord(toolUse)) slot.held = hold("toolUse", toolUse);
    else if (isRecord(toolResult)) slot.held = hold("toolResult", toolResult);
    else if (isRecord(image)) slot.held = hold("image", image);
  }

  /** The common case: a delta that was found without parsing. */
  text({ block, kind, piece }: TextDelta, list: EventList): void {
    if (piece === "") return;
    const slot = this.#slot(block);
    switch (kind) {
      case "text":
        return list.delta((slot.text ??= this.#open({ kind: "text" }, list)), piece);
      case "reasoning":
        return list.delta((slot.reasoning ??= this.#open({ kind: "reasoning", isSummary: false }, list)), piece);
      case "call":
        return this.#argumentText(slot, piece, list);
    }
  }

  delta(block: number, delta: Fields, list: EventList): void {
    const { citation, image, reasoningContent, text, toolResult, toolUse } = delta;
    if (typeof text === "string") this.text({ block, kind: "text", piece: escapeText(text) }, list);
    else if (isRecord(toolUse)) this.text({ block, kind: "call", piece: escapeText(inputText(toolUse["input"])) }, list);
    else if (isRecord(reasoningContent)) this.#reasoning(block, reasoningContent, list);
    else if (Array.isArray(toolResult)) this.#results(this.#slot(block), toolResult);
    else if (isRecord(image)) this.#imageBytes(this.#slot(block), image);
    else if (isRecord(citation)) this.#cite(block, citation, list);
  }

  stop(block: number, list: EventList): void {
    const slot = this.#slots.get(block);
    if (slot === undefined) return;
    this.#slots.delete(block);
    // A call without input is one with an empty object, not with empty text.
    if (slot.call !== null && !slot.hasArguments) list.delta(slot.call, "{}");
    for (const index of [slot.reasoning, slot.text, slot.call]) if (index !== null) list.push({ kind: "close", index });
    if (slot.held !== null) this.#tellHeld(slot.held, list);
  }

  /** The message has ended: so has every block that nobody closed. */
  stopAll(list: EventList): void {
    for (const block of this.#slots.keys()) this.stop(block, list);
  }

  #slot(block: number): Slot {
    const known = this.#slots.get(block);
    if (known !== undefined) return known;
    const slot: Slot = { text: null, reasoning: null, call: null, hasArguments: false, held: null };
    this.#slots.set(block, slot);
    return slot;
  }

  #open(head: BlockHead, list: EventList): number {
    const index = this.#next++;
    list.push({ kind: "open", index, head });
    return index;
  }

  #argumentText(slot: Slot, piece: string, list: EventList): void {
    if (slot.call !== null) {
      slot.hasArguments = true;
      list.delta(slot.call, piece);
    } else if (slot.held !== null) this.#holdText(slot.held, unescapeText(piece));
  }

  #reasoning(block: number, { redactedContent, signature: mark, text }: Fields, list: EventList): void {
    if (typeof text === "string") this.text({ block, kind: "reasoning", piece: escapeText(text) }, list);
    if (typeof mark === "string" && mark !== "") {
      const slot = this.#slot(block);
      slot.reasoning ??= this.#open({ kind: "reasoning", isSummary: false }, list);
      list.push({ kind: "seal", index: slot.reasoning, seal: signature(mark, this.#context.family) });
    }
    if (typeof redactedContent === "string") {
      list.push({ kind: "block", index: this.#next++, block: redacted(redactedContent, this.#context.family) });
    }
  }

  #cite(block: number, citation: Fields, list: EventList): void {
    const annotation = readCitation(citation);
    if (annotation === null) return;
    const slot = this.#slot(block);
    slot.text ??= this.#open({ kind: "text" }, list);
    list.push({ kind: "annotate", index: slot.text, annotation });
  }

  #imageBytes({ held }: Slot, { source }: Fields): void {
    const bytes = isRecord(source) ? source["bytes"] : null;
    if (held !== null && typeof bytes === "string") this.#holdText(held, bytes);
  }

  #results({ held }: Slot, results: readonly unknown[]): void {
    if (held !== null && this.#mayHold(writeJson(results).length)) held.results.push(...results);
  }

  #holdText({ parts }: HeldBlock, text: string): void {
    if (this.#mayHold(text.length)) parts.push(text);
  }

  #mayHold(characters: number): boolean {
    this.#heldCharacters += characters;
    if (this.#heldCharacters <= HELD_CHARACTERS) return true;
    this.failure = `Blocks of the stream hold more than ${HELD_CHARACTERS} characters.`;
    return false;
  }

  #tellHeld({ kind, parts, results, start }: HeldBlock, list: EventList): void {
    const index = this.#next++;
    if (kind === "image") {
      const format = typeof start["format"] === "string" ? start["format"] : "png";
      const data = joinBase64(parts);
      if (data === null) this.failure = "An image of the stream is not base64.";
      else list.push({ kind: "block", index, block: imageBlock(format, data) });
      return;
    }
    const whole = kind === "toolUse" ? { ...start, input: parseInput(parts.join("")) } : { ...start, content: results };
    const block = readOpaque({ [kind]: whole });
    if (block !== null) list.push({ kind: "block", index, block });
  }
}

function hold(kind: HeldBlock["kind"], start: Fields): HeldBlock {
  return { kind, start, parts: [], results: [] };
}

/** Input comes as text; an emulator may send the object itself. */
function inputText(input: unknown): string {
  if (typeof input === "string") return input;
  return records([input]).map(writeJson).join("");
}

function parseInput(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return {};
  }
}

/** Each part was encoded for itself; null where one is not base64. */
function joinBase64(parts: readonly string[]): string | null {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  try {
    return btoa(parts.map((part) => atob(part)).join(""));
  } catch {
    return null;
  }
}
