import { FairleadError } from "../../core/errors.ts";
import type { Block } from "../canonical/block.ts";
import type { Turn } from "../canonical/chat-request.ts";
import { writeBlock } from "./write-blocks.ts";
import { ownFields, type Wire, type Writing } from "./writing.ts";

export interface WireMessage {
  readonly role: "user" | "assistant" | "system";
  content: Wire[];
  /** Unknown fields of the turn. */
  readonly own: Readonly<Record<string, unknown>>;
}

interface Conversation {
  readonly system: readonly Wire[];
  readonly messages: readonly WireMessage[];
}

/**
 * System blocks and messages: turns of one speaker merged, results first in theirs, nothing empty.
 * @throws FairleadError `invalid_value` for a tool result that answers no call
 */
export function writeConversation(writing: Writing): Conversation {
  const { turns } = writing.request;
  checkResults(turns);
  const first = turns.findIndex(({ role }) => role === "user" || role === "assistant");
  const leading = first === -1 ? turns.length : first;
  if (turns.some(({ name }) => name !== undefined)) writing.hint("names", "anthropic has no names of speakers");
  const system = turns.slice(0, leading).flatMap((turn) => writeSystem(turn, writing));
  const messages = merge(turns.slice(leading).map((turn) => writeTurn(turn, writing)));
  trimPrefill(messages);
  return { system, messages };
}

function checkResults(turns: readonly Turn[]): void {
  const called = new Set<string>();
  for (const block of turns.flatMap(({ blocks }) => blocks)) {
    if (block.kind === "tool_call") called.add(block.id);
    if (block.kind === "tool_result" && !called.has(block.callId)) {
      throw new FairleadError("invalid_value", `The tool result '${block.callId}' answers no tool call before it.`);
    }
  }
}

function writeBlocks(blocks: readonly Block[], writing: Writing): Wire[] {
  return blocks.map((block) => writeBlock(block, writing)).filter((wire) => wire !== null);
}

function writeSystem({ blocks }: Turn, writing: Writing): Wire[] {
  const texts = blocks.filter((block) => {
    if (block.kind === "media") writing.meaning(`media.${block.media}`, "anthropic takes text alone in a system prompt");
    return block.kind !== "media";
  });
  return writeBlocks(texts, writing);
}

function writeTurn(turn: Turn, writing: Writing): WireMessage {
  const own = ownFields(turn.extra);
  switch (turn.role) {
    case "user":
      return { role: "user", content: writeBlocks(turn.blocks, writing), own };
    case "assistant":
      return { role: "assistant", content: writeBlocks(shownBy(turn, writing), writing), own };
    case "system":
    case "developer":
      // Only some models know system turns in between; a caller of this dialect has chosen one, for others it is told in place.
      return writing.isOwn
        ? { role: "system", content: writeSystem(turn, writing), own }
        : { role: "user", content: writeSystem(turn, writing).map(inTags), own };
  }
}

function inTags(wire: Wire): Wire {
  return typeof wire["text"] === "string" ? { ...wire, text: `<system>\n${wire["text"]}\n</system>` } : wire;
}

/** An assistant's turn takes no media: what an earlier model drew or said cannot be shown to this one. */
function shownBy({ blocks }: Turn, writing: Writing): readonly Block[] {
  return blocks.filter((block) => {
    if (block.kind !== "media" || writing.isOwn) return true;
    writing.meaning(`media.${block.media}`, "anthropic takes no media in an assistant turn");
    return false;
  });
}

function merge(messages: readonly WireMessage[]): readonly WireMessage[] {
  const merged: WireMessage[] = [];
  for (const message of messages) {
    if (message.content.length === 0) continue;
    const last = merged.at(-1);
    if (last?.role === message.role && message.role !== "system") last.content.push(...message.content);
    else merged.push({ ...message, content: [...message.content] });
  }
  for (const message of merged) if (message.role === "user") message.content = resultsFirst(message.content);
  return merged;
}

function isResult(wire: Wire): boolean {
  return wire["type"] === "tool_result";
}

function resultsFirst(content: readonly Wire[]): Wire[] {
  return [...content.filter(isResult), ...content.filter((wire) => !isResult(wire))];
}

/** The API refuses an answer to be continued that ends in white space. */
function trimPrefill(messages: readonly WireMessage[]): void {
  const last = messages.at(-1);
  const block = last?.role === "assistant" ? last.content.at(-1) : undefined;
  if (block?.["type"] === "text") block["text"] = String(block["text"]).trimEnd();
}
