import type { Annotation, Block, MediaBlock, ReasoningBlock, Seal, ToolCallBlock } from "../canonical/block.ts";
import { wrapSeal } from "../canonical/seal-envelope.ts";
import { toDataUrl } from "../canonical/data-url.ts";
import { OPENAI_FAMILY, RESPONSES } from "./dialect-name.ts";
import { fieldsOf } from "./extra-fields.ts";

type Item = Readonly<Record<string, unknown>>;
export type ItemStatus = "completed" | "incomplete";

/** No family: every seal is wrapped. */
const ENVELOPE = "";

/** Mints what a foreign backend does not give: ids of items and of calls, each once in a response. */
export class ItemIds {
  readonly #seed: string;
  readonly #calls = new Set<string>();
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  mint(prefix: "msg" | "rs" | "fc" | "ctc" | "ig" | "call"): string {
    return `${prefix}_${this.#seed}${(this.#count++).toString(16).padStart(4, "0")}`;
  }

  /** The call's own id, unless it has none or another call of the response has it: SDKs refuse both. */
  callId(id: string): string {
    const unique = id === "" || this.#calls.has(id) ? this.mint("call") : id;
    this.#calls.add(unique);
    return unique;
  }
}

/** The annotation as the schema requires it: an unknown span is an empty one. */
export function annotationPart({ endIndex, startIndex, title, url }: Annotation): Item {
  const start = startIndex ?? 0;
  return { type: "url_citation", start_index: start, end_index: endIndex ?? start, url, title: title ?? "" };
}

/** The id of a reasoning item and what stands in its `encrypted_content`. */
export interface SealedItem {
  readonly id: string;
  readonly encrypted: string | null;
}

/** The id a reasoning item has from its seal, whose encryption covers it; null for a seal of anybody else. */
export function ownId(seal: Seal | null): string | null {
  return seal !== null && seal.family === OPENAI_FAMILY && seal.form === "encrypted" ? seal.id : null;
}

/** OpenAI's own seal stands as it is in the item of its own id; any other, and one whose item has another id, in its envelope. */
export function sealedItem(seal: Seal | null, id: string): SealedItem {
  if (seal === null) return { id, encrypted: null };
  return { id, encrypted: ownId(seal) === id ? seal.data : wrapSeal(seal, ENVELOPE) };
}

/** A reasoning item of summaries. */
export function reasoningItem(texts: readonly string[], { encrypted, id }: SealedItem): Item {
  const summary = texts.filter((text) => text !== "").map((text) => ({ type: "summary_text", text }));
  return { id, type: "reasoning", ...(encrypted === null ? {} : { encrypted_content: encrypted }), summary };
}

/** What a call was signed with by a model elsewhere, in a reasoning item that follows it under its id. */
export function signatureItem(seal: Seal, callId: string, ids: ItemIds): Item {
  return reasoningItem([], { id: ids.mint("rs"), encrypted: wrapSeal({ ...seal, id: callId }, ENVELOPE) });
}

/** A message of one part. */
export function messageItem(part: Item, id: string, status: ItemStatus): Item {
  return { id, type: "message", status, content: [part], role: "assistant" };
}

/** A call of the caller's own tool. */
export function callItem(
  block: ToolCallBlock,
  { callId, id }: { readonly id: string; readonly callId: string },
  status: ItemStatus,
): Item {
  const names = { call_id: callId, name: block.name, ...(block.namespace === null ? {} : { namespace: block.namespace }) };
  const rest = fieldsOf(block.extra);
  return block.form === "custom"
    ? { id, type: "custom_tool_call", status: "completed", input: block.arguments, ...names, ...rest }
    : { id, type: "function_call", status, arguments: block.arguments, ...names, ...rest };
}

/** A block that only comes whole, as an item; null for what has no place in a response. */
export function wholeItem(block: Block, ids: ItemIds): Item | null {
  switch (block.kind) {
    case "media":
      return mediaItem(block, ids);
    case "opaque":
      return block.dialect === RESPONSES && isItem(block.raw) ? block.raw : null;
    default:
      return null;
  }
}

function isItem(raw: unknown): raw is Item {
  return typeof raw === "object" && raw !== null;
}

/** An image is the result of image generation; of anything else the caller gets what can be read. */
function mediaItem(block: MediaBlock, ids: ItemIds): Item | null {
  const { source } = block;
  if (block.media === "image" && source.kind === "base64") {
    const format = block.mimeType?.startsWith("image/") === true ? { output_format: block.mimeType.slice("image/".length) } : {};
    const id = ids.mint("ig");
    return { id, type: "image_generation_call", status: "completed", ...format, result: source.data, ...fieldsOf(block.extra) };
  }
  const text = block.transcript ?? readableSource(block);
  return text === null ? null : messageItem(textPart(text, []), ids.mint("msg"), "completed");
}

function readableSource({ mimeType, source }: MediaBlock): string | null {
  switch (source.kind) {
    case "url":
      return source.url;
    case "text":
      return source.text;
    case "base64":
      return toDataUrl(mimeType ?? "application/octet-stream", source.data);
    case "file_id":
      return null;
  }
}

/** A part of plain text. */
export function textPart(text: string, annotations: readonly Annotation[]): Item {
  return { type: "output_text", annotations: annotations.map(annotationPart), logprobs: [], text };
}

/** A run of thoughts that one seal, if any, ends: one item. */
export function reasoningOf(run: readonly ReasoningBlock[], ids: ItemIds): Item {
  const seal = run.at(-1)?.seal ?? null;
  const texts = run.map(({ text }) => text);
  return reasoningItem(texts, sealedItem(seal, ownId(seal) ?? ids.mint("rs")));
}
