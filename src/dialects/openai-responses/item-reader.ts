import { escapeText } from "../../core/json/escaped-text.ts";
import type { BlockHead, ChatEvent } from "../canonical/chat-event.ts";
import { readAnnotation } from "./read-annotations.ts";
import { blocksOf, callBlock, type ItemContext, type ItemPart, partsOf, sealOf } from "./read-item.ts";

type Item = Readonly<Record<string, unknown>>;
export type PartKind = ItemPart["kind"] | "call";

/** A block that has begun. */
interface OpenPart {
  readonly loose: number;
  /** Characters of its text so far: what a final text has beyond them is still to come. */
  length: number;
  isAnnotated: boolean;
}

/** Where the events of all items go, and the next index of a block. */
export interface ItemSink {
  emit(event: ChatEvent): void;
  allocate(): number;
}

/**
 * One output item of a stream. Its texts come in deltas, or whole at their end, or only when the item is done, or only in
 * the final response: each character is passed on once.
 */
export class ItemReader {
  type: unknown = null;
  isDone = false;
  readonly #sink: ItemSink;
  readonly #context: ItemContext;
  readonly #parts = new Map<string, OpenPart>();

  constructor(sink: ItemSink, context: ItemContext) {
    this.#sink = sink;
    this.#context = context;
  }

  /** The item was announced. Its encrypted content may be incomplete here, and so may its texts. */
  begin(item: Item): void {
    this.type ??= item["type"];
    const isCall = item["type"] === "function_call" || item["type"] === "custom_tool_call";
    if (isCall && typeof item["name"] === "string" && item["name"] !== "") this.#openCall(item);
  }

  /** More of a text; `escaped` is the same as it stands in JSON. */
  append(kind: PartKind, index: number, { escaped, text }: { readonly text: string; readonly escaped: string }): void {
    const part = kind === "call" ? this.#parts.get("call0") : this.#part(kind, index);
    if (part === undefined || text === "") return;
    part.length += text.length;
    this.#sink.emit({ kind: "delta", index: part.loose, pieces: [escaped] });
  }

  /** A whole text: what of it has not come yet. */
  complete(kind: PartKind, index: number, text: string): void {
    const rest = text.slice(this.#parts.get(kind + index)?.length ?? 0);
    if (rest !== "") this.append(kind, index, { text: rest, escaped: escapeText(rest) });
  }

  annotate(index: number, annotation: unknown): void {
    const read = readAnnotation(annotation);
    if (read === null) return;
    const part = this.#part("text", index);
    part.isAnnotated = true;
    this.#sink.emit({ kind: "annotate", index: part.loose, annotation: read });
  }

  /** The item as it is in the end. Only the first counts: the final response repeats it. */
  done(item: Item): void {
    if (this.isDone) return;
    this.isDone = true;
    this.type ??= item["type"];
    switch (item["type"]) {
      case "message":
        this.#endParts(item);
        break;
      case "reasoning":
        this.#endParts(item);
        this.#seal(item);
        break;
      case "function_call":
      case "custom_tool_call":
        this.#openCall(item);
        this.complete("call", 0, callBlock(item, this.#context).arguments);
        break;
      default:
        for (const block of blocksOf(item, this.#context))
          this.#sink.emit({ kind: "block", index: this.#sink.allocate(), block });
    }
    for (const { loose } of this.#parts.values()) this.#sink.emit({ kind: "close", index: loose });
  }

  #endParts(item: Item): void {
    for (const { annotations, index, kind, text } of partsOf(item)) {
      this.complete(kind, index, text);
      const isAnnotated = this.#parts.get(kind + index)?.isAnnotated ?? false;
      if (!isAnnotated && Array.isArray(annotations)) for (const annotation of annotations) this.annotate(index, annotation);
    }
  }

  #seal(item: Item): void {
    const seal = sealOf(item, this.#context.family);
    if (seal === null) return;
    const last = [...this.#parts.values()].at(-1);
    if (last !== undefined) return this.#sink.emit({ kind: "seal", index: last.loose, seal });
    const block = { kind: "reasoning", text: "", isSummary: true, seal } as const;
    this.#sink.emit({ kind: "block", index: this.#sink.allocate(), block });
  }

  #openCall(item: Item): void {
    const { form, id, name, namespace } = callBlock(item, this.#context);
    if (!this.#parts.has("call0")) this.#open("call0", { kind: "tool_call", id, name, form, namespace });
  }

  #part(kind: ItemPart["kind"], index: number): OpenPart {
    this.type ??= kind === "text" || kind === "refusal" ? "message" : "reasoning";
    return this.#parts.get(kind + index) ?? this.#open(kind + index, HEADS[kind]);
  }

  #open(key: string, head: BlockHead): OpenPart {
    const part: OpenPart = { loose: this.#sink.allocate(), length: 0, isAnnotated: false };
    this.#parts.set(key, part);
    this.#sink.emit({ kind: "open", index: part.loose, head });
    return part;
  }
}

const HEADS: Readonly<Record<ItemPart["kind"], BlockHead>> = {
  text: { kind: "text" },
  refusal: { kind: "refusal" },
  summary: { kind: "reasoning", isSummary: true },
  thought: { kind: "reasoning", isSummary: false },
};
