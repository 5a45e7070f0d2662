import { escapeText, unescapeText } from "../../core/json/escaped-text.ts";
import { parseExact } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Block } from "../canonical/block.ts";
import type { BlockHead, ChatEvent } from "../canonical/chat-event.ts";
import type { ReaderContext } from "../stream.ts";
import { findDelta } from "../sse/find-delta.ts";
import type { DeltaSpan } from "../sse/sse-framer.ts";
import { readCitation } from "./citations.ts";
import type { Fields } from "./read-fields.ts";

/** Deltas that are text, by their type: the field it stands in. */
const TEXT_FIELDS: ReadonlyMap<unknown, string> = new Map([
  ["text_delta", "text"],
  ["thinking_delta", "thinking"],
  ["input_json_delta", "partial_json"],
]);

interface Delta {
  readonly events: readonly ChatEvent[];
  readonly span: DeltaSpan | null;
}

const NOTHING: Delta = { events: [], span: null };

/** A block of a stream between its start and its stop. */
export class OpenBlock {
  readonly index: number;
  /** As its start said. */
  readonly #block: Block;
  /** Null for what is told whole at its stop. */
  readonly #head: BlockHead | null;
  #hasText = false;
  /** Of a block without canonical form: its input, escaped, and whatever else came. */
  #input = "";
  #more: Fields = {};

  constructor(index: number, block: Block) {
    this.index = index;
    this.#block = block;
    this.#head = headOf(block);
  }

  opening(): readonly ChatEvent[] {
    if (this.#head === null) return [];
    // A call's start may show arguments that come again in deltas: they wait for the stop.
    const shown = this.#block.kind === "tool_call" ? [] : filling(this.#block, this.index);
    return [{ kind: "open", index: this.index, head: this.#head }, ...shown];
  }

  /** `data` is the event's own text, of which a text delta says where it stands. */
  delta(delta: Fields, data: string, { family }: ReaderContext): Delta {
    const field = TEXT_FIELDS.get(delta["type"]);
    const text = field === undefined ? null : delta[field];
    if (field !== undefined && typeof text === "string") return this.#text(text, spanOf(data, String(delta["type"]), field));
    if (this.#head !== null) return { events: this.#ornament(delta, family), span: null };
    const { type: _type, ...rest } = delta;
    this.#more = { ...this.#more, ...rest };
    return NOTHING;
  }

  /** Deltas like the last one that was one and nothing else. */
  more(pieces: readonly string[]): readonly ChatEvent[] {
    this.#hasText ||= pieces.some((piece) => piece !== "");
    return [{ kind: "delta", index: this.index, pieces }];
  }

  closing(): readonly ChatEvent[] {
    const { index } = this;
    const block = this.#block;
    if (this.#head === null) return [{ kind: "block", index, block: this.#completed(block) }];
    const shown = block.kind === "tool_call" && !this.#hasText ? filling(block, index) : [];
    return [...shown, { kind: "close", index }];
  }

  #text(text: string, { piece, span }: Located): Delta {
    const escaped = piece ?? escapeText(text);
    if (this.#head !== null) return { events: this.more([escaped]), span };
    this.#input += escaped;
    return NOTHING;
  }

  /** A signature or a citation; what is neither says nothing we know. */
  #ornament({ citation, signature, type }: Fields, family: string): readonly ChatEvent[] {
    const { index } = this;
    if (type === "signature_delta" && typeof signature === "string" && signature !== "")
      return [{ kind: "seal", index, seal: { family, form: "signature", data: signature, id: null } }];
    const annotation = type === "citations_delta" ? readCitation(citation) : null;
    return annotation === null ? [] : [{ kind: "annotate", index, annotation }];
  }

  #completed(block: Block): Block {
    if (block.kind !== "opaque" || !isRecord(block.raw)) return block;
    const input = this.#input === "" ? {} : { input: parseInput(this.#input) };
    return { ...block, raw: { ...block.raw, ...this.#more, ...input } };
  }
}

/** A block that is whole from the start, as events. */
export function eventsOfBlock(block: Block, index: number): readonly ChatEvent[] {
  const head = headOf(block);
  if (head === null) return [{ kind: "block", index, block }];
  return [{ kind: "open", index, head }, ...filling(block, index), { kind: "close", index }];
}

function headOf(block: Block): BlockHead | null {
  switch (block.kind) {
    case "text":
      return { kind: "text" };
    case "reasoning":
      return block.seal?.form === "redacted" ? null : { kind: "reasoning", isSummary: false };
    case "tool_call":
      return { kind: "tool_call", id: block.id, name: block.name, form: block.form, namespace: null };
    case "refusal":
    case "media":
    case "tool_result":
    case "opaque":
      return null;
  }
}

/** What fills a block that has been opened. */
function filling(block: Block, index: number): readonly ChatEvent[] {
  switch (block.kind) {
    case "text":
      return [
        ...textOf(block.text, index),
        ...(block.annotations ?? []).map((annotation) => ({ kind: "annotate", index, annotation }) as const),
      ];
    case "reasoning":
      return [...textOf(block.text, index), ...(block.seal === null ? [] : [{ kind: "seal", index, seal: block.seal } as const])];
    case "tool_call":
      return textOf(block.arguments, index);
    case "refusal":
    case "media":
    case "tool_result":
    case "opaque":
      return [];
  }
}

function textOf(text: string, index: number): readonly ChatEvent[] {
  return text === "" ? [] : [{ kind: "delta", index, pieces: [escapeText(text)] }];
}

interface Located {
  /** The text as it stands in the event; null where it was not found. */
  readonly piece: string | null;
  readonly span: DeltaSpan | null;
}

/** Where an event's only delta stands, in the form the API writes it. */
function spanOf(data: string, type: string, field: string): Located {
  const span = findDelta(data, field);
  const before = `"delta":{"type":"${type}","${field}":"`;
  if (span === null || !data.startsWith(before, span.start - before.length)) return { piece: null, span: null };
  return { piece: data.slice(span.start, span.end), span };
}

/** A server tool's input from its escaped pieces; empty where it was cut off. */
function parseInput(escaped: string): unknown {
  try {
    return parseExact(unescapeText(escaped));
  } catch {
    return {};
  }
}
