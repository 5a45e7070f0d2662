import { writeJson } from "../../core/json/exact-json.ts";
import type { Block, MediaBlock, TextBlock, ToolCallBlock, ToolResultBlock } from "../canonical/block.ts";
import type { Turn } from "../canonical/chat-request.ts";
import { type Fields, filled, type Writing } from "./writing.ts";

/** Turns → messages. Instructions are allowed only at the head; those that come later stay where they are, said by the user. */
export function writeMessages(writing: Writing): readonly Fields[] {
  const { turns } = writing.request;
  const spoken = turns.findIndex(({ role }) => role === "user" || role === "assistant");
  const head = spoken === -1 ? turns.length : spoken;
  return turns.flatMap((turn, index) => writeTurn(turn, index < head ? "system" : "user", writing));
}

function writeTurn({ blocks, role }: Turn, others: "system" | "user", writing: Writing): readonly Fields[] {
  if (role === "assistant") return writeAssistant(blocks, writing);
  const results = blocks.filter((block) => block.kind === "tool_result");
  const rest = blocks.filter((block) => block.kind !== "tool_result");
  const content = writeContent([...results.flatMap(showMedia), ...rest], writing);
  return [...results.map(writeResult), ...(content === null ? [] : [{ role: others, content }])];
}

/** A tool message holds text alone: what else a result has follows in a message of the user. */
function showMedia({ callId, content }: ToolResultBlock): readonly (TextBlock | MediaBlock)[] {
  const media = content.filter((block) => block.kind === "media");
  return media.length === 0 ? [] : [{ kind: "text", text: `Result of tool call ${callId}:` }, ...media];
}

function writeResult({ callId, content, isError }: ToolResultBlock): Fields {
  const said = content.flatMap((block) => (block.kind === "text" ? [block.text] : [])).join("\n");
  return { role: "tool", tool_call_id: callId, content: isError ? `Error: ${said}` : said };
}

function writeAssistant(blocks: readonly Block[], writing: Writing): readonly Fields[] {
  const calls = blocks.filter((block) => block.kind === "tool_call").map((call) => writeCall(call, writing));
  const content = writeContent(blocks, writing, "assistant");
  if (content === null && calls.length === 0) return [];
  return [filled({ role: "assistant", content, tool_calls: calls.length === 0 ? null : calls })];
}

function writeCall({ arguments: text, form, id, name }: ToolCallBlock, { names }: Writing): Fields {
  const argumentsText = form === "custom" ? writeJson({ input: text }) : text || "{}";
  return { id, type: "function", function: { name: names.mangle(name), arguments: argumentsText } };
}

/** One text and nothing else is a string; null where there is nothing, as empty messages are refused. */
function writeContent(blocks: readonly Block[], writing: Writing, speaker: "assistant" | "user" = "user"): unknown {
  const parts = blocks.map((block) => writePart(block, speaker, writing)).filter((part) => part !== null && part["text"] !== "");
  if (parts.length === 0) return null;
  return parts.length === 1 && parts[0]?.["type"] === "text" ? parts[0]["text"] : parts;
}

function writePart(block: Block, speaker: "assistant" | "user", writing: Writing): Fields | null {
  switch (block.kind) {
    case "text":
      return { type: "text", text: block.text };
    case "refusal":
      writing.lose("hint", "refusal", "has no refusal, it is sent as text");
      return { type: "text", text: block.text };
    case "reasoning":
      writing.lose("hint", "reasoning", "is not sent thoughts of earlier turns");
      return null;
    case "opaque":
      writing.lose("meaning", `opaque.${block.type}`, "has no such block");
      return null;
    case "media": {
      const part = speaker === "user" ? writeMedia(block) : null;
      if (part === null) writing.lose("meaning", `media.${block.media}`, "takes images and text of the user alone");
      return part;
    }
    case "tool_call":
    case "tool_result":
      return null;
  }
}

/** @see https://docs.cohere.com/docs/image-inputs */
function writeMedia({ detail, media, mimeType, source }: MediaBlock): Fields | null {
  if (media === "file" && source.kind === "text") return { type: "text", text: source.text };
  if (media !== "image" || source.kind === "file_id" || source.kind === "text") return null;
  const url = source.kind === "url" ? source.url : `data:${mimeType ?? "image/png"};base64,${source.data}`;
  return { type: "image_url", image_url: filled({ url, detail }) };
}
