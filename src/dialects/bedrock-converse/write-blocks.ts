import { RawJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Block, ReasoningBlock, ToolCallBlock, ToolResultBlock } from "../canonical/block.ts";
import { isObjectText } from "../canonical/judge-calls.ts";
import { FOREIGN_THOUGHTS, NO_OBJECT_ARGUMENTS } from "../canonical/loss-reasons.ts";
import { mapCallId } from "../canonical/names.ts";
import { DIALECT } from "./read-block.ts";
import { writeMedia } from "./write-media.ts";
import type { WireBlock, Writing } from "./writing.ts";

/** A block of a turn, except a tool's result; null where there is nothing to send. */
export function writeBlock(
  block: Exclude<Block, ToolResultBlock>,
  role: "user" | "assistant",
  writing: Writing,
): WireBlock | null {
  switch (block.kind) {
    case "text":
      return textBlock(block.text);
    case "refusal":
      writing.losses.hint("refusal", "bedrock-converse has no refusal, it is sent as text");
      return textBlock(block.text);
    case "reasoning":
      return writeReasoning(block, writing);
    case "tool_call":
      return writeCall(block, writing);
    case "opaque":
      if (block.dialect === DIALECT && isRecord(block.raw)) return block.raw;
      writing.losses.meaning(`opaque.${block.type}`, `bedrock-converse has no ${block.type}`);
      return null;
    case "media":
      if (role === "user") return writeMedia(block, writing);
      writing.losses.meaning(`media.${block.media}`, "bedrock-converse takes media from the user alone");
      return block.transcript === undefined ? null : textBlock(block.transcript);
  }
}

/** A tool's result, and the media it may not hold itself, which follow all results. */
export function writeResult(
  { callId, content, isError }: ToolResultBlock,
  writing: Writing,
): { readonly result: WireBlock; readonly followers: readonly WireBlock[] } {
  const inside: WireBlock[] = [];
  const followers: WireBlock[] = [];
  const toolUseId = writeCallId(callId, writing);
  for (const part of content) {
    const written = part.kind === "text" ? textBlock(part.text) : writeMedia(part, writing);
    if (written === null) continue;
    if (part.kind === "text" || Object.keys(written).some((name) => writing.traits.resultMedia.has(name))) inside.push(written);
    else followers.push({ text: `Result of ${toolUseId}:` }, written);
  }
  if (inside.length === 0) inside.push({ text: followers.length === 0 ? " " : "The result follows." });
  return { result: { toolResult: { toolUseId, content: inside, ...(isError && { status: "error" }) } }, followers };
}

/** Null for text that is blank, which is refused. */
export function textBlock(text: string): WireBlock | null {
  return text.trim() === "" ? null : { text };
}

function writeCall({ arguments: text, form, id, name }: ToolCallBlock, writing: Writing): WireBlock {
  const input = form === "custom" ? { input: text } : argumentsObject(text, writing);
  return { toolUse: { toolUseId: writeCallId(id, writing), name: writing.names.mangle(name), input } };
}

function writeCallId(id: string, { traits, upstream }: Writing): string {
  return mapCallId(id, upstream.quirks.callIds === "alnum9" ? "alnum9" : traits.callId);
}

/** The arguments as they came where they are an object, else an empty one. */
function argumentsObject(text: string, { losses }: Writing): RawJson {
  if (isObjectText(text)) return new RawJson(text);
  if (text.trim() !== "") losses.hint("tool_calls", NO_OBJECT_ARGUMENTS);
  return new RawJson("{}");
}

/** Thoughts are sent back to the models that sealed them, and to no others. */
function writeReasoning({ seal, text }: ReasoningBlock, { losses, upstream }: Writing): WireBlock | null {
  if (seal?.family === upstream.family && seal.form === "signature") {
    return { reasoningContent: { reasoningText: { text, signature: seal.data } } };
  }
  if (seal?.family === upstream.family && seal.form === "redacted") return { reasoningContent: { redactedContent: seal.data } };
  losses.hint("reasoning", FOREIGN_THOUGHTS);
  return null;
}
