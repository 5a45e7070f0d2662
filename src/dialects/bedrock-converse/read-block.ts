import { writeJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Annotation, Block, MediaBlock, ReasoningBlock, Seal, ToolCallBlock } from "../canonical/block.ts";
import { stableHash } from "../canonical/stable-hash.ts";
import type { ReaderContext } from "../stream.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a block that only this service understands is marked with. */
export const DIALECT = "bedrock-converse";

/**
 * One content block of a whole answer; null where it holds nothing, or a tool call has no name.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
export function readBlock(block: Fields, position: number, context: ReaderContext): Block | null {
  if (typeof block["text"] === "string") return block["text"] === "" ? null : { kind: "text", text: block["text"] };
  const { citationsContent, image, reasoningContent, toolUse } = block;
  if (isRecord(toolUse)) return readToolUse(toolUse, position, context);
  if (isRecord(reasoningContent)) return readReasoning(reasoningContent, context.family);
  if (isRecord(citationsContent)) return readCited(citationsContent);
  if (isRecord(image)) return readImage(image);
  return readOpaque(block);
}

/** A tool the provider ran itself has a type of its own. */
export function isServerTool(toolUse: Fields): boolean {
  const { type } = toolUse;
  return typeof type === "string" && type !== "tool_use";
}

/** The head of a call of the caller's tool; null without a name. An id that was not given is minted. */
export function readCallHead(
  toolUse: Fields,
  position: number,
  context: ReaderContext,
): Pick<ToolCallBlock, "kind" | "id" | "name" | "form" | "namespace"> | null {
  const { name, toolUseId } = toolUse;
  if (typeof name !== "string" || name === "") return null;
  const isGiven = typeof toolUseId === "string" && toolUseId !== "";
  const id = isGiven ? toolUseId : `tooluse_${stableHash(`${context.seed}|${position}`).slice(0, 22)}`;
  return { kind: "tool_call", id, name, form: "function", namespace: null };
}

export function redacted(data: string, family: string): ReasoningBlock {
  return { kind: "reasoning", text: "", isSummary: false, seal: { family, form: "redacted", data, id: null } };
}

export function signature(data: string, family: string): Seal {
  return { family, form: "signature", data, id: null };
}

export function imageBlock(format: string, data: string): MediaBlock {
  const mimeType = `image/${format}`;
  return { kind: "media", media: "image", mimeType, source: { kind: "base64", data }, name: null, detail: null };
}

/** A citation of a page; null for one of a document the caller sent, which has no address. */
export function readCitation(citation: unknown): Annotation | null {
  if (!isRecord(citation)) return null;
  const { location, source, sourceContent, title } = citation;
  const web = isRecord(location) && isRecord(location["web"]) ? location["web"]["url"] : source;
  if (typeof web !== "string" || !/^https?:/.test(web)) return null;
  const cited = records(sourceContent).map((part) => (typeof part["text"] === "string" ? part["text"] : ""));
  return {
    url: web,
    title: typeof title === "string" ? title : null,
    startIndex: null,
    endIndex: null,
    citedText: cited.length > 0 ? cited.join("") : null,
  };
}

export function records(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function readToolUse(toolUse: Fields, position: number, context: ReaderContext): Block | null {
  if (isServerTool(toolUse)) return readOpaque({ toolUse });
  const head = readCallHead(toolUse, position, context);
  return head && { ...head, arguments: writeJson(toolUse["input"] ?? {}), seal: null };
}

function readReasoning(reasoning: Fields, family: string): Block | null {
  if (typeof reasoning["redactedContent"] === "string") return redacted(reasoning["redactedContent"], family);
  const { reasoningText } = reasoning;
  if (!isRecord(reasoningText)) return null;
  const text = typeof reasoningText["text"] === "string" ? reasoningText["text"] : "";
  const mark = reasoningText["signature"];
  const seal = typeof mark === "string" && mark !== "" ? signature(mark, family) : null;
  return text === "" && seal === null ? null : { kind: "reasoning", text, isSummary: false, seal };
}

function readCited(cited: Fields): Block | null {
  const text = records(cited["content"])
    .map((part) => (typeof part["text"] === "string" ? part["text"] : ""))
    .join("");
  const annotations = records(cited["citations"])
    .map(readCitation)
    .filter((annotation) => annotation !== null);
  return text === "" ? null : { kind: "text", text, ...(annotations.length > 0 && { annotations }) };
}

function readImage(image: Fields): Block | null {
  const { format, source } = image;
  const bytes = isRecord(source) ? source["bytes"] : null;
  return typeof format === "string" && typeof bytes === "string" ? imageBlock(format, bytes) : readOpaque({ image });
}

/** A block with one member that names it; its own type says more, where it has one. */
export function readOpaque(block: Fields): Block | null {
  const [name] = Object.keys(block);
  if (name === undefined) return null;
  const inner = block[name];
  const type = isRecord(inner) && typeof inner["type"] === "string" ? inner["type"] : name;
  return { kind: "opaque", dialect: DIALECT, type, raw: block };
}
