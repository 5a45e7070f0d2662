import { FairleadError } from "../../core/errors.ts";
import type { Block, ToolResultBlock } from "../canonical/block.ts";
import type { Turn } from "../canonical/chat-request.ts";
import { textBlock, writeBlock, writeResult } from "./write-blocks.ts";
import { markCache } from "./write-cache.ts";
import type { WireBlock, Writing } from "./writing.ts";

export interface WireMessage {
  readonly role: "user" | "assistant";
  readonly content: WireBlock[];
}

export interface Conversation {
  readonly system: WireBlock[];
  /** Roles alternate, no content is empty. */
  readonly messages: readonly WireMessage[];
}

interface OpenMessage {
  readonly role: "user" | "assistant";
  /** Tool results, which stand first. */
  readonly results: WireBlock[];
  /** Media that belong to a result but may not stand in it. */
  readonly followers: WireBlock[];
  readonly rest: WireBlock[];
}

const ID_CHARACTERS = 100;

/**
 * Turns → `system` and `messages`. Neighbours of the same role become one message; instructions that come later stay where
 * they are, as text of the user.
 * @throws FairleadError `invalid_value` for a tool result that answers no call
 */
export function writeMessages(writing: Writing): Conversation {
  const { cache, turns } = writing.request;
  const system: WireBlock[] = [];
  const messages: OpenMessage[] = [];
  const calls = new Set<string>();
  for (const turn of turns) {
    if (turn.name !== undefined) writing.losses.hint("names", "bedrock-converse has no names of speakers");
    const isInstruction = turn.role === "system" || turn.role === "developer";
    if (isInstruction && messages.length === 0) writeSystem(turn, system, writing);
    else writeTurn(turn, messageFor(turn.role === "assistant" ? "assistant" : "user", messages), { calls, writing });
  }
  const filled = messages.filter(isFilled).map(close);
  const last = filled.at(-1);
  if (last?.role === "assistant") trimPrefill(last.content);
  if (last !== undefined && cache !== null) markCache(last.content, cache, writing);
  return { system, messages: filled };
}

/** Whether the conversation calls tools: then they must be declared. */
export function hasToolBlocks(messages: readonly WireMessage[]): boolean {
  return messages.some(({ content }) =>
    content.some((block) => block["toolUse"] !== undefined || block["toolResult"] !== undefined),
  );
}

function writeSystem({ blocks }: Turn, system: WireBlock[], writing: Writing): void {
  for (const block of blocks) {
    const written = block.kind === "text" ? textBlock(block.text) : null;
    if (block.kind !== "text") writing.losses.meaning(lossOf(block), "bedrock-converse takes instructions as text alone");
    if (written !== null) system.push(written);
    if (system.length > 0) markCache(system, block.cache, writing);
  }
}

function lossOf(block: Block): string {
  return block.kind === "media" ? `media.${block.media}` : `opaque.${block.kind}`;
}

/** The message that a turn goes on, or a new one: what held nothing is no message, and stands between no others. */
function messageFor(role: WireMessage["role"], messages: OpenMessage[]): OpenMessage {
  let last = messages.at(-1);
  if (last !== undefined && !isFilled(last)) {
    messages.pop();
    last = messages.at(-1);
  }
  if (last?.role === role) return last;
  const message: OpenMessage = { role, results: [], followers: [], rest: [] };
  messages.push(message);
  return message;
}

function isFilled({ rest, results }: OpenMessage): boolean {
  return rest.length > 0 || results.length > 0;
}

interface TurnScope {
  /** Ids of the calls made so far. */
  readonly calls: Set<string>;
  readonly writing: Writing;
}

function writeTurn(turn: Turn, message: OpenMessage, { calls, writing }: TurnScope): void {
  const isInstruction = turn.role === "system" || turn.role === "developer";
  for (const block of turn.blocks) {
    if (block.kind === "tool_result") {
      checkAnswersCall(block, calls);
      const { followers, result } = writeResult(block, writing);
      message.results.push(result);
      message.followers.push(...followers);
      markCache(message.results, block.cache ?? block.content.findLast(({ cache }) => cache !== undefined)?.cache, writing);
      continue;
    }
    if (block.kind === "tool_call") calls.add(block.id);
    const written = writeBlock(block, message.role, writing);
    if (written !== null) message.rest.push(isInstruction ? asInstruction(written) : written);
    if (message.rest.length > 0) markCache(message.rest, block.cache, writing);
  }
}

function checkAnswersCall({ callId }: ToolResultBlock, calls: ReadonlySet<string>): void {
  if (calls.has(callId)) return;
  const id = JSON.stringify(callId.slice(0, ID_CHARACTERS));
  throw new FairleadError("invalid_value", `The tool result for ${id} answers no tool call before it.`);
}

function asInstruction(block: WireBlock): WireBlock {
  return typeof block["text"] === "string" ? { text: `<system>\n${block["text"]}\n</system>` } : block;
}

function close({ followers, rest, results, role }: OpenMessage): WireMessage {
  const content = [...results, ...followers, ...rest];
  const hasText = content.some((block) => block["text"] !== undefined);
  // A document is refused unless text goes with it.
  if (!hasText && content.some((block) => block["document"] !== undefined)) content.push({ text: "The document is attached." });
  return { role, content };
}

/** A beginning of the answer may not end in white space. */
function trimPrefill(content: WireBlock[]): void {
  const last = content.at(-1);
  if (typeof last?.["text"] === "string") content[content.length - 1] = { text: last["text"].trimEnd() };
}
