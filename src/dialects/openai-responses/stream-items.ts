import { unescapeText } from "../../core/json/escaped-text.ts";
import { writeJson } from "../../core/json/exact-json.ts";
import type { Annotation, Seal } from "../canonical/block.ts";
import type { BlockHead } from "../canonical/chat-event.ts";
import type { EventLines } from "./event-lines.ts";
import { annotationPart, type ItemStatus, reasoningItem, sealedItem } from "./output-items.ts";

/** Where an item stands: its place in `output`, and its id. */
export interface ItemPlace {
  readonly id: string;
  readonly index: number;
}

/** An item that is being written. Every method gives the events it takes; texts are escaped, as deltas carry them. */
export interface StreamItem {
  begin(): string;
  delta(pieces: readonly string[]): string;
  /** The block has ended; the item may go on. */
  endBlock(): string;
  /** The item as JSON text, once it has ended. */
  json(status: ItemStatus): string;
}

/** The events by which an item begins and ends, whatever it is. */
export function addedEvent(lines: EventLines, index: number, item: string): string {
  return lines.event("response.output_item.added", `"output_index":${index},"item":${item}`);
}

export function doneEvent(lines: EventLines, index: number, item: string): string {
  return lines.event("response.output_item.done", `"output_index":${index},"item":${item}`);
}

/** A message of one part: text, or a refusal. */
export class MessageItem implements StreamItem {
  readonly #lines: EventLines;
  readonly #place: ItemPlace;
  readonly #isRefusal: boolean;
  readonly #at: string;
  readonly #annotations: string[] = [];
  #text = "";

  constructor(lines: EventLines, place: ItemPlace, kind: "text" | "refusal") {
    this.#lines = lines;
    this.#place = place;
    this.#isRefusal = kind === "refusal";
    this.#at = `"item_id":"${place.id}","output_index":${place.index},"content_index":0`;
  }

  begin(): string {
    const added = addedEvent(this.#lines, this.#place.index, this.#json("in_progress", ""));
    return added + this.#lines.event("response.content_part.added", `${this.#at},"part":${this.#part()}`);
  }

  delta(pieces: readonly string[]): string {
    this.#text += pieces.join("");
    const at = { place: this.#at, pieces };
    return this.#isRefusal
      ? this.#lines.deltas("response.refusal.delta", { ...at, tail: "" })
      : this.#lines.deltas("response.output_text.delta", { ...at, tail: ',"logprobs":[]' });
  }

  annotate(annotation: Annotation): string {
    if (this.#isRefusal) return "";
    const json = JSON.stringify(annotationPart(annotation));
    const index = this.#annotations.push(json) - 1;
    return this.#lines.event(
      "response.output_text.annotation.added",
      `${this.#at},"annotation_index":${index},"annotation":${json}`,
    );
  }

  endBlock(): string {
    const done = this.#isRefusal
      ? this.#lines.event("response.refusal.done", `${this.#at},"refusal":"${this.#text}"`)
      : this.#lines.event("response.output_text.done", `${this.#at},"text":"${this.#text}","logprobs":[]`);
    return done + this.#lines.event("response.content_part.done", `${this.#at},"part":${this.#part()}`);
  }

  json(status: ItemStatus): string {
    return this.#json(status, this.#part());
  }

  #json(status: ItemStatus | "in_progress", content: string): string {
    return `{"id":"${this.#place.id}","type":"message","status":"${status}","content":[${content}],"role":"assistant"}`;
  }

  #part(): string {
    return this.#isRefusal
      ? `{"type":"refusal","refusal":"${this.#text}"}`
      : `{"type":"output_text","annotations":[${this.#annotations.join(",")}],"logprobs":[],"text":"${this.#text}"}`;
  }
}

/** Thoughts, as summaries: each block is one part until a seal ends the item. */
export class ReasoningItem implements StreamItem {
  readonly #lines: EventLines;
  readonly #place: ItemPlace;
  readonly #parts: string[] = [];
  #text: string | null = null;
  #seal: Seal | null = null;

  constructor(lines: EventLines, place: ItemPlace) {
    this.#lines = lines;
    this.#place = place;
  }

  /** Further thoughts belong to another item. */
  get isSealed(): boolean {
    return this.#seal !== null;
  }

  begin(): string {
    return addedEvent(this.#lines, this.#place.index, `{"id":"${this.#place.id}","type":"reasoning","summary":[]}`);
  }

  delta(pieces: readonly string[]): string {
    const begun =
      this.#text === null ? this.#lines.event("response.reasoning_summary_part.added", `${this.#at},${part("")}`) : "";
    this.#text = (this.#text ?? "") + pieces.join("");
    return begun + this.#lines.deltas("response.reasoning_summary_text.delta", { place: this.#at, pieces, tail: "" });
  }

  seal(seal: Seal): void {
    this.#seal = seal;
  }

  endBlock(): string {
    const text = this.#text;
    if (text === null) return "";
    const done =
      this.#lines.event("response.reasoning_summary_text.done", `${this.#at},"text":"${text}"`) +
      this.#lines.event("response.reasoning_summary_part.done", `${this.#at},${part(text)}`);
    this.#parts.push(text);
    this.#text = null;
    return done;
  }

  json(): string {
    const texts = this.#parts.map(unescapeText);
    return JSON.stringify(reasoningItem(texts, sealedItem(this.#seal, this.#place.id)));
  }

  get #at(): string {
    return `"item_id":"${this.#place.id}","output_index":${this.#place.index},"summary_index":${this.#parts.length}`;
  }
}

function part(text: string): string {
  return `"part":{"type":"summary_text","text":"${text}"}`;
}

/** A call of the caller's own tool: a function with arguments, or a free-form tool with an input. */
export class CallItem implements StreamItem {
  readonly #lines: EventLines;
  readonly #place: ItemPlace;
  readonly #isCustom: boolean;
  readonly #at: string;
  readonly #name: string;
  readonly #members: string;
  #text = "";

  constructor(lines: EventLines, place: ItemPlace, { head, callId }: { readonly head: CallHead; readonly callId: string }) {
    this.#lines = lines;
    this.#place = place;
    this.#isCustom = head.form === "custom";
    this.#at = `"item_id":"${place.id}","output_index":${place.index}`;
    this.#name = JSON.stringify(head.name);
    const namespace = head.namespace === null ? "" : `,"namespace":${JSON.stringify(head.namespace)}`;
    this.#members = `"call_id":${JSON.stringify(callId)},"name":${this.#name}${namespace}`;
  }

  begin(): string {
    return addedEvent(this.#lines, this.#place.index, this.#json("in_progress"));
  }

  delta(pieces: readonly string[]): string {
    this.#text += pieces.join("");
    const type = this.#isCustom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta";
    return this.#lines.deltas(type, { place: this.#at, pieces, tail: "" });
  }

  endBlock(): string {
    return this.#isCustom
      ? this.#lines.event("response.custom_tool_call_input.done", `${this.#at},"input":"${this.#text}"`)
      : this.#lines.event(
          "response.function_call_arguments.done",
          `${this.#at},"name":${this.#name},"arguments":"${this.#text}"`,
        );
  }

  json(status: ItemStatus): string {
    // A free-form call has no other status: its text cannot be incomplete.
    return this.#json(this.#isCustom ? "completed" : status);
  }

  #json(status: ItemStatus | "in_progress"): string {
    const [type, field] = this.#isCustom ? ["custom_tool_call", "input"] : ["function_call", "arguments"];
    return `{"id":"${this.#place.id}","type":"${type}","status":"${status}","${field}":"${this.#text}",${this.#members}}`;
  }
}

export type CallHead = Extract<BlockHead, { readonly kind: "tool_call" }>;

/** An item that comes whole. */
export function wholeItemEvents(
  lines: EventLines,
  index: number,
  item: unknown,
): { readonly json: string; readonly events: string } {
  const json = writeJson(item);
  return { json, events: addedEvent(lines, index, json) + doneEvent(lines, index, json) };
}
