import { writeJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Block, ReasoningBlock, TextBlock, ToolCallBlock } from "../canonical/block.ts";
import type { ReaderContext } from "../stream.ts";
import { readCitations } from "./citations.ts";
import { DIALECT } from "./identity.ts";
import type { Fields } from "./read-fields.ts";

/** One block of an answer, or of how a stream's block begins. `index` tells calls without an id apart. */
export function readAnswerBlock(block: Fields, index: number, context: ReaderContext): Block {
  switch (block["type"]) {
    case "text":
      return readText(block);
    case "thinking":
      return readThinking(block, context);
    case "redacted_thinking":
      return readRedacted(block, context);
    case "tool_use":
      return readToolUse(block, index, context);
    default:
      return { kind: "opaque", dialect: DIALECT, type: textOf(block["type"]), raw: block };
  }
}

function readText(block: Fields): TextBlock {
  const { annotations } = readCitations(block["citations"]);
  return { kind: "text", text: textOf(block["text"]), ...(annotations.length === 0 ? {} : { annotations }) };
}

function readThinking(block: Fields, { family }: ReaderContext): ReasoningBlock {
  const data = textOf(block["signature"]);
  const seal = data === "" ? null : ({ family, form: "signature", data, id: null } as const);
  return { kind: "reasoning", text: textOf(block["thinking"]), isSummary: false, seal };
}

function readRedacted(block: Fields, { family }: ReaderContext): ReasoningBlock {
  const seal = { family, form: "redacted", data: textOf(block["data"]), id: null } as const;
  return { kind: "reasoning", text: "", isSummary: false, seal };
}

function readToolUse(block: Fields, index: number, { seed }: ReaderContext): ToolCallBlock {
  const id = textOf(block["id"]);
  return {
    kind: "tool_call",
    id: id === "" ? `toolu_${seed}${index}` : id,
    name: textOf(block["name"]),
    form: "function",
    arguments: isRecord(block["input"]) ? writeJson(block["input"]) : "{}",
    namespace: null,
    seal: null,
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
