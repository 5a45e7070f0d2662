import { RawJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type {
  Block,
  MediaBlock,
  OpaqueBlock,
  ReasoningBlock,
  TextBlock,
  ToolCallBlock,
  ToolResultBlock,
} from "../canonical/block.ts";
import { isObjectText } from "../canonical/judge-calls.ts";
import { NO_OBJECT_ARGUMENTS } from "../canonical/loss-reasons.ts";
import { mapCallId } from "../canonical/names.ts";
import { CALL_ID, DIALECT } from "./identity.ts";
import { writeMedia } from "./write-media.ts";
import { isVerbatim, type Wire, type Writing } from "./writing.ts";

/** One block of a turn; null for what is left out, which is a loss unless it was nothing or another family's own. */
export function writeBlock(block: Block, writing: Writing): Wire | null {
  switch (block.kind) {
    case "text":
    case "refusal":
      return writeText(block, writing);
    case "reasoning":
      return writeReasoning(block, writing);
    case "media":
      return writeMedia(block, writing);
    case "tool_call":
      return writeToolCall(block, writing);
    case "tool_result":
      return writeToolResult(block, writing);
    case "opaque":
      return writeOpaque(block, writing);
  }
}

/** Blank text is refused by the API, marked or not. */
function writeText(block: Extract<Block, { readonly kind: "text" | "refusal" }>, writing: Writing): Wire | null {
  if (isVerbatim(block.extra)) return { ...writing.common(block) };
  return block.text.trim() === "" ? null : { type: "text", text: block.text, ...writing.common(block) };
}

/** Thoughts go back to the family that sealed them, byte for byte, and to no other; they take no cache mark. */
function writeReasoning({ extra, seal, text }: ReasoningBlock, writing: Writing): Wire | null {
  if (seal === null || seal.data === "" || seal.family !== writing.upstream.family) return null;
  const own = extra === undefined ? {} : writing.common({ extra });
  if (seal.form === "redacted") return { type: "redacted_thinking", data: seal.data, ...own };
  return seal.form === "signature" ? { type: "thinking", thinking: text, signature: seal.data, ...own } : null;
}

function writeToolCall(block: ToolCallBlock, writing: Writing): Wire {
  return {
    type: "tool_use",
    id: mapCallId(block.id, CALL_ID),
    name: writing.names.mangle(block.name),
    input: inputOf(block, writing),
    ...writing.common(block),
  };
}

function inputOf({ arguments: text, form }: ToolCallBlock, writing: Writing): RawJson | Wire {
  if (form === "custom") return { input: text };
  const input = objectOf(text);
  if (!(input instanceof RawJson) && text.trim() !== "") writing.hint("tool_calls", NO_OBJECT_ARGUMENTS);
  return input;
}

/** Arguments as an object, digit for digit; an empty one for what is none, which only a call that was cut off is. */
export function objectOf(argumentsText: string): RawJson | Wire {
  return isObjectText(argumentsText) ? new RawJson(argumentsText) : {};
}

function writeToolResult(block: ToolResultBlock, writing: Writing): Wire {
  const content: Wire[] = [];
  let { cache } = block;
  for (const part of block.content) {
    // A mark inside a result is one on the result.
    cache ??= part.cache;
    const wire = writePart(part, writing);
    if (wire !== null) content.push(wire);
  }
  return {
    type: "tool_result",
    tool_use_id: mapCallId(block.callId, CALL_ID),
    ...(content.length === 0 ? {} : { content }),
    ...(block.isError ? { is_error: true } : {}),
    ...writing.common({
      ...(cache === undefined ? {} : { cache }),
      ...(block.extra === undefined ? {} : { extra: block.extra }),
    }),
  };
}

function writePart({ cache: _ofResult, ...part }: TextBlock | MediaBlock, writing: Writing): Wire | null {
  return writeBlock(part, writing);
}

function writeOpaque(block: OpaqueBlock, writing: Writing): Wire | null {
  if (block.dialect === DIALECT && isRecord(block.raw)) return { ...block.raw, ...writing.common(block) };
  writing.meaning(`opaque.${block.type}`, `anthropic cannot read a ${block.type} of another provider`);
  return null;
}
