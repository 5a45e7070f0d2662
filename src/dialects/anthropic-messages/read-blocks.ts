import { writeJson } from "../../core/json/exact-json.ts";
import type {
  Block,
  MediaBlock,
  OpaqueBlock,
  ReasoningBlock,
  Seal,
  TextBlock,
  ToolCallBlock,
  ToolResultBlock,
} from "../canonical/block.ts";
import { refuse } from "../canonical/check-fields.ts";
import { unwrapSeal } from "../canonical/seal-envelope.ts";
import { readCitations } from "./citations.ts";
import { DIALECT, FAMILY } from "./identity.ts";
import { type Fields, nameAt, objectAt, readCommon, textAt, verbatim } from "./read-fields.ts";
import { readDocument, readImage, readSearchResult } from "./read-media.ts";

/** The content of a message: a string or blocks. @throws FairleadError `invalid_value` naming the field */
export function readContent(content: unknown, path: string): readonly Block[] {
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  if (!Array.isArray(content)) refuse("invalid_value", `'${path}' must be a string or an array of blocks.`, path);
  const blocks: Block[] = [];
  for (let index = 0; index < content.length; index++) {
    const fields = objectAt(content[index], `${path}[${index}]`);
    const block = readBlock(fields, `${path}[${index}]`);
    const last = blocks.at(-1);
    const seal = fields["type"] === "redacted_thinking" && block.kind === "reasoning" ? block.seal : null;
    // The seal of a tool call has no field here: it comes as a redacted thought right after the call.
    if (seal?.form === "thought_signature" && last?.kind === "tool_call") blocks[blocks.length - 1] = { ...last, seal };
    else blocks.push(block);
  }
  return blocks;
}

function readBlock(block: Fields, path: string): Block {
  const type = nameAt(block["type"], `${path}.type`);
  switch (type) {
    case "text":
      return readText(block, path);
    case "image":
      return readImage(block, path);
    case "document":
      return readDocument(block, path) ?? readOpaque(block, type);
    case "search_result":
      return readSearchResult(block) ?? readOpaque(block, type);
    case "tool_use":
      return readToolUse(block, path);
    case "tool_result":
      return readToolResult(block, path);
    case "thinking":
      return readThinking(block, path);
    case "redacted_thinking":
      return readRedacted(block, path);
    default:
      return readOpaque(block, type);
  }
}

function readText(block: Fields, path: string): TextBlock {
  const text = textAt(block["text"], `${path}.text`);
  const { annotations, native } = readCitations(block["citations"]);
  const { citations: _ours, ...rest } = block;
  const common = readCommon(native.length === 0 ? rest : block, ["text"]);
  return { kind: "text", text, ...(annotations.length === 0 ? {} : { annotations }), ...common };
}

function readToolUse(block: Fields, path: string): ToolCallBlock {
  return {
    kind: "tool_call",
    id: nameAt(block["id"], `${path}.id`),
    name: nameAt(block["name"], `${path}.name`),
    form: "function",
    arguments: writeJson(objectAt(block["input"] ?? {}, `${path}.input`)),
    namespace: null,
    seal: null,
    ...readCommon(block, ["id", "name", "input"]),
  };
}

function readToolResult(block: Fields, path: string): ToolResultBlock {
  const content = block["content"] ?? [];
  return {
    kind: "tool_result",
    callId: nameAt(block["tool_use_id"], `${path}.tool_use_id`),
    name: null,
    isError: block["is_error"] === true,
    content: typeof content === "string" ? readResultText(content) : readResultParts(content, `${path}.content`),
    ...readCommon(block, ["tool_use_id", "content", "is_error"]),
  };
}

function readResultText(text: string): readonly TextBlock[] {
  return text === "" ? [] : [{ kind: "text", text }];
}

function readResultParts(content: unknown, path: string): readonly (TextBlock | MediaBlock)[] {
  if (!Array.isArray(content)) refuse("invalid_value", `'${path}' must be a string or an array of blocks.`, path);
  return content.map((part, index) => {
    const fields = objectAt(part, `${path}[${index}]`);
    const block = readBlock(fields, `${path}[${index}]`);
    // What has no canonical form inside a result, a tool reference, is its JSON to other families.
    return block.kind === "text" || block.kind === "media"
      ? block
      : { kind: "text", text: writeJson(fields), ...verbatim(fields) };
  });
}

/** The seal in a field that other families' travel in as well; null where it holds none. */
function readSeal(text: unknown, form: Seal["form"]): Seal | null {
  if (typeof text !== "string" || text === "") return null;
  const seal = unwrapSeal(text, { family: FAMILY, form });
  return seal.data === "" ? null : seal;
}

function readThinking(block: Fields, path: string): ReasoningBlock {
  return {
    kind: "reasoning",
    text: textAt(block["thinking"], `${path}.thinking`),
    isSummary: false,
    seal: readSeal(block["signature"], "signature"),
    ...readCommon(block, ["thinking", "signature"]),
  };
}

function readRedacted(block: Fields, path: string): ReasoningBlock {
  const data = textAt(block["data"], `${path}.data`);
  return { kind: "reasoning", text: "", isSummary: false, seal: readSeal(data, "redacted"), ...readCommon(block, ["data"]) };
}

function readOpaque(block: Fields, type: string): OpaqueBlock {
  const { cache, extra } = verbatim(block);
  return { kind: "opaque", dialect: DIALECT, type, raw: extra.fields, ...(cache === undefined ? {} : { cache }) };
}
