import { writeJson } from "../../core/json/exact-json.ts";
import type { Block, MediaBlock, ReasoningBlock, TextBlock, ToolCallBlock, ToolResultBlock } from "../canonical/block.ts";
import type { Turn } from "../canonical/chat-request.ts";
import { FOREIGN_THOUGHTS } from "../canonical/loss-reasons.ts";
import { replayThoughts } from "./reasoning-carrier.ts";
import { writeMark, writePart } from "./write-parts.ts";
import type { Writing } from "./writing.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Names the API takes. */
const SPEAKER = /^[^\s<|\\/>]{1,64}$/;

/** Turns → messages. A user turn with results is one message for each, then what else it holds. */
export function writeMessages(writing: Writing): readonly Fields[] {
  const { cache, turns } = writing.request;
  if (cache !== null) writing.loseHint("cache_marks", "openai-chat caches prompts by itself");
  return turns.flatMap((turn) => writeTurn(turn, writing));
}

function writeTurn(turn: Turn, writing: Writing): readonly Fields[] {
  const { blocks, role } = turn;
  switch (role) {
    case "system":
    case "developer": {
      const sent = role === "developer" && !writing.upstream.quirks.developerRole ? "system" : role;
      return [{ role: sent, content: writeContent(blocks, writing), ...writeRest(turn, writing) }];
    }
    case "user":
      return writeUser(turn, writing);
    case "assistant":
      return writeAssistant(turn, writing);
  }
}

/** What a message holds beside its content. */
function writeRest({ extra, name, phase }: Turn, writing: Writing): Fields {
  const isSaid = name !== undefined && SPEAKER.test(name);
  if (name !== undefined && !isSaid) writing.loseHint("names", "openai-chat does not allow that name of a speaker");
  return {
    ...(isSaid ? { name } : {}),
    ...(phase !== undefined && writing.isOwn ? { phase } : {}),
    ...(extra?.dialect === "openai-chat" ? extra.fields : {}),
  };
}

/** One text and nothing else is a string, which every server takes. */
function writeContent(blocks: readonly Block[], writing: Writing): unknown {
  const parts = blocks.map((block) => writePart(block, writing)).filter((part) => part !== null);
  const [only] = parts;
  if (only === undefined) return "";
  const isPlain = parts.length === 1 && only["type"] === "text" && Object.keys(only).length === 2;
  return isPlain ? only["text"] : parts;
}

function writeUser(turn: Turn, writing: Writing): readonly Fields[] {
  const results = turn.blocks.filter((block) => block.kind === "tool_result");
  const rest = turn.blocks.filter((block) => block.kind !== "tool_result");
  const shown = results.flatMap(showMedia);
  const messages: Fields[] = results.map((result) => writeResult(result, writing));
  const blocks = [...shown, ...rest];
  if (blocks.length > 0) messages.push({ role: "user", content: writeContent(blocks, writing), ...writeRest(turn, writing) });
  return messages;
}

/** A tool message holds text alone: what else a result has follows in a message of the user. */
function showMedia({ callId, content }: ToolResultBlock): readonly (TextBlock | MediaBlock)[] {
  const media = content.filter((block) => block.kind === "media");
  return media.length === 0 ? [] : [{ kind: "text", text: `Result of tool call ${callId}:` }, ...media];
}

function writeResult(result: ToolResultBlock, writing: Writing): Fields {
  const texts = result.content.filter((block) => block.kind === "text").map(({ text }) => text);
  if (result.content.some((block) => block.kind === "media")) texts.push("(See the next message of the user.)");
  const said = texts.join("\n");
  const text = result.isError ? (said === "" ? "Error" : `Error: ${said}`) : said;
  const mark = writeMark(result, writing);
  const content = Object.keys(mark).length === 0 ? text : [{ type: "text", text, ...mark }];
  return { role: "tool", tool_call_id: writing.callId(result.callId), content };
}

function writeAssistant(turn: Turn, writing: Writing): readonly Fields[] {
  const calls = turn.blocks.filter((block) => block.kind === "tool_call").map((call) => writeCall(call, writing));
  const details = turn.blocks
    .filter((block) => block.kind === "reasoning")
    .flatMap((block, index) => replay(block, index, writing));
  const refusals = turn.blocks.filter((block) => block.kind === "refusal").map(({ text }) => text);
  const content = writeSaid(turn.blocks, writing);
  const rest = writeRest(turn, writing);
  const isEmpty = [calls, details, refusals, Object.keys(rest)].every((list) => list.length === 0) && content === "";
  if (isEmpty) return [];
  return [
    {
      role: "assistant",
      content: content === "" && calls.length > 0 ? null : content,
      ...(refusals.length > 0 ? { refusal: refusals.join("") } : {}),
      ...(details.length > 0 ? { reasoning_details: details } : {}),
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
      ...rest,
    },
  ];
}

/** State goes back to the family that made it; the thoughts themselves are never sent as text. */
function replay(block: ReasoningBlock, index: number, writing: Writing): readonly Fields[] {
  const { extra, seal, text } = block;
  const own = writing.isOwn && extra?.dialect === "openai-chat" ? extra.fields["reasoning_details"] : null;
  if (Array.isArray(own)) return own;
  const details = seal?.family === writing.upstream.family ? replayThoughts(block, index) : [];
  const isLost = details.length === 0 && (text !== "" || seal !== null);
  if (isLost) writing.loseHint("reasoning", FOREIGN_THOUGHTS);
  return details;
}

/** What an assistant said: texts are one string unless some part says more than its text. */
function writeSaid(blocks: readonly Block[], writing: Writing): unknown {
  const said = blocks.filter(({ kind }) => kind === "text" || kind === "opaque");
  for (const block of blocks) {
    if (block.kind === "media") writing.loseMeaning(`media.${block.media}`, `openai-chat has no ${block.media} of an assistant`);
  }
  const parts = said.map((block) => writePart(block, writing)).filter((part) => part !== null);
  const isPlain = parts.every((part) => part["type"] === "text" && Object.keys(part).length === 2);
  return isPlain ? parts.map((part) => String(part["text"])).join("") : parts;
}

function writeCall(call: ToolCallBlock, writing: Writing): Fields {
  const { arguments: text, form, id, seal } = call;
  const name = writing.names.mangle(call.name);
  const isCustom = form === "custom" && writing.isExtended;
  const body = isCustom
    ? { type: "custom", custom: { name, input: text } }
    : { type: "function", function: { name, arguments: form === "custom" ? writeJson({ input: text }) : text || "{}" } };
  const isReplayed = seal?.form === "thought_signature" && seal.family === writing.upstream.family;
  const state = isReplayed ? { extra_content: { google: { thought_signature: seal.data } } } : {};
  return { id: writing.callId(id), ...body, ...state };
}
