import { writeJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Block, MediaBlock, ReasoningBlock, Seal, ToolCallBlock } from "../canonical/block.ts";
import { unwrapSeal } from "../canonical/seal-envelope.ts";
import { RESPONSES } from "./dialect-name.ts";
import { extraOf } from "./extra-fields.ts";
import { readAnnotations } from "./read-annotations.ts";

type Item = Readonly<Record<string, unknown>>;

/** What is known beside an item. */
export interface ItemContext {
  /** Whose encrypted reasoning it is where no envelope says so. */
  readonly family: string;
  /** The id of a call that has none. */
  readonly callId: string;
}

/**
 * The blocks of one output item, in an answer or in a history. What only OpenAI understands is one opaque block; an item that
 * holds nothing is none.
 * @see https://platform.openai.com/docs/api-reference/responses/object#responses-object-output
 */
export function blocksOf(item: Item, context: ItemContext): readonly Block[] {
  switch (item["type"]) {
    case "message":
      return messageBlocks(item);
    case "reasoning":
      return reasoningBlocks(item, context.family);
    case "function_call":
    case "custom_tool_call":
      return [callBlock(item, context)];
    case "image_generation_call":
      return [imageBlock(item) ?? opaqueBlock(item)];
    default:
      return [opaqueBlock(item)];
  }
}

/** A text within an item, and where in it. */
export interface ItemPart {
  readonly kind: "text" | "refusal" | "summary" | "thought";
  readonly index: number;
  readonly text: string;
  /** As they came. */
  readonly annotations: unknown;
}

/** The texts of a message or of a reasoning item; none for any other. */
export function partsOf(item: Item): readonly ItemPart[] {
  if (item["type"] === "message") return contentParts(item["content"]);
  if (item["type"] !== "reasoning") return [];
  const summary = recordsOf(item["summary"]).map((part, index) => partOf("summary", index, part));
  return [...summary, ...recordsOf(item["content"]).map((part, index) => partOf("thought", index, part))];
}

function contentParts(content: unknown): readonly ItemPart[] {
  if (typeof content === "string") return [partOf("text", 0, { text: content })];
  const parts: ItemPart[] = [];
  recordsOf(content).forEach((part, index) => {
    if (part["type"] === "output_text") parts.push(partOf("text", index, part));
    if (part["type"] === "refusal") parts.push(partOf("refusal", index, { text: part["refusal"] ?? part["text"] }));
  });
  return parts;
}

function partOf(kind: ItemPart["kind"], index: number, { annotations, text }: Item): ItemPart {
  return { kind, index, text: typeof text === "string" ? text : "", annotations };
}

function messageBlocks(item: Item): readonly Block[] {
  return partsOf(item).map(({ annotations: raw, kind, text }) => {
    if (kind === "refusal") return { kind, text };
    const annotations = readAnnotations(raw);
    return { kind: "text", text, ...(annotations.length === 0 ? {} : { annotations }) };
  });
}

/** A block for each part, the seal on the last: a reasoning item is replayed as a whole. */
function reasoningBlocks(item: Item, family: string): readonly Block[] {
  const thoughts = partsOf(item).map(({ kind, text }): ReasoningBlock => ({
    kind: "reasoning",
    text,
    isSummary: kind === "summary",
    seal: null,
  }));
  const seal = sealOf(item, family);
  if (seal === null) return thoughts;
  const last = thoughts.pop() ?? { kind: "reasoning", text: "", isSummary: true, seal };
  return [...thoughts, { ...last, seal }];
}

/** What a reasoning item holds for its own family alone, with the item's id, which its encryption covers. */
export function sealOf(item: Item, family: string): Seal | null {
  const { encrypted_content: data, id } = item;
  if (typeof data !== "string" || data === "") return null;
  const seal = unwrapSeal(data, { family, form: "encrypted" });
  return seal.data === data ? { ...seal, id: typeof id === "string" && id !== "" ? id : null } : seal;
}

export const CALL_FIELDS = new Set(["type", "id", "call_id", "name", "arguments", "input", "namespace", "status"]);
const IMAGE_FIELDS = new Set(["type", "result", "output_format"]);

/** A call of the caller's own tool. */
export function callBlock(item: Item, { callId }: ItemContext): ToolCallBlock {
  const isCustom = item["type"] === "custom_tool_call";
  return {
    kind: "tool_call",
    id: callIdOf(item) ?? callId,
    name: typeof item["name"] === "string" ? item["name"] : "",
    form: isCustom ? "custom" : "function",
    arguments: argumentsText(isCustom ? item["input"] : item["arguments"]),
    namespace: typeof item["namespace"] === "string" ? item["namespace"] : null,
    seal: null,
    ...extraOf(item, CALL_FIELDS),
  };
}

/** The id by which a call and its result know each other; some backends give the item's id alone. */
export function callIdOf(item: Item): string | null {
  const { call_id: callId, id } = item;
  if (typeof callId === "string" && callId !== "") return callId;
  return typeof id === "string" && id !== "" ? id : null;
}

/** Arguments as text; some backends send the object itself. */
export function argumentsText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : writeJson(value);
}

/** A generated image; what else was said of it comes back to its own dialect. Null where there is no image. */
function imageBlock(item: Item): MediaBlock | null {
  const { output_format: format, result } = item;
  if (typeof result !== "string" || result === "") return null;
  return {
    kind: "media",
    media: "image",
    mimeType: typeof format === "string" ? `image/${format}` : "image/png",
    source: { kind: "base64", data: result },
    name: null,
    detail: null,
    ...extraOf(item, IMAGE_FIELDS),
  };
}

function opaqueBlock(item: Item): Block {
  const { type } = item;
  return { kind: "opaque", dialect: RESPONSES, type: typeof type === "string" ? type : "unknown", raw: item };
}

function recordsOf(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
