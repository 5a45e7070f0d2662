import { isRecord } from "../../core/json/is-record.ts";
import type { Annotation, Block, MediaBlock, ReasoningBlock, Seal, ToolCallBlock } from "../canonical/block.ts";
import { mapCallId } from "../canonical/names.ts";
import { wrapSeal } from "../canonical/seal-envelope.ts";
import { writeCitation } from "./citations.ts";
import { CALL_ID, DIALECT, FAMILY } from "./identity.ts";
import type { Fields } from "./read-fields.ts";
import { objectOf } from "./write-blocks.ts";

/** Who called a tool: the model itself, and no program that it wrote. */
export const CALLER = { type: "direct" } as const;

/** Thoughts without a seal of their own: recognised, and dropped, when the caller sends them back. */
const NO_SEAL: Seal = { family: "none", form: "signature", data: "", id: null };

/** One block of an answer, in as many as it takes here; nothing for what only another dialect's callers can read. */
export function writeAnswerBlock(block: Block): readonly Fields[] {
  switch (block.kind) {
    case "text":
      return [writeText(block.text, block.annotations ?? [])];
    case "refusal":
      return [writeText(block.text, [])];
    case "reasoning":
      return [writeReasoning(block)];
    case "tool_call":
      return writeToolCall(block);
    case "media":
      return [writeText(placeholderOf(block), [])];
    case "opaque":
      return block.dialect === DIALECT && isRecord(block.raw) ? [block.raw] : [];
    case "tool_result":
      return [];
  }
}

function writeText(text: string, annotations: readonly Annotation[]): Fields {
  return { type: "text", text, citations: annotations.length === 0 ? null : annotations.map(writeCitation) };
}

function writeReasoning({ seal, text }: ReasoningBlock): Fields {
  if (seal?.form === "redacted" && text === "") return { type: "redacted_thinking", data: wrapSeal(seal, FAMILY) };
  return { type: "thinking", thinking: text, signature: signatureOf(seal) };
}

/** The signature of thoughts, sealed or not. */
export function signatureOf(seal: Seal | null): string {
  return wrapSeal(seal ?? NO_SEAL, FAMILY);
}

function writeToolCall({ arguments: text, form, id, name, seal }: ToolCallBlock): readonly Fields[] {
  const input = form === "custom" ? { input: text } : objectOf(text);
  const call = { type: "tool_use", id: callIdOf(id), name, input, caller: CALLER };
  return seal === null ? [call] : [call, carrierOf(seal)];
}

/** The id of a call as callers of this dialect may send it to any backend. */
export function callIdOf(id: string): string {
  return mapCallId(id, CALL_ID);
}

/** A call has no field for its seal: it travels right after it, as a redacted thought. */
export function carrierOf(seal: Seal): Fields {
  return { type: "redacted_thinking", data: wrapSeal(seal, FAMILY) };
}

/** What is said of media, which no answer of this dialect holds. */
function placeholderOf({ media, mimeType, transcript }: MediaBlock): string {
  return transcript ?? `[${media}${mimeType === null ? "" : ` (${mimeType})`} left out: it cannot be shown in this format]`;
}
