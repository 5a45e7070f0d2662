import { isRecord } from "../../core/json/is-record.ts";
import { refuse } from "../canonical/check-fields.ts";
import type { Block, Seal, ToolResultBlock } from "../canonical/block.ts";
import type { Turn } from "../canonical/chat-request.ts";
import { OPENAI_FAMILY } from "./dialect-name.ts";
import { blocksOf } from "./read-item.ts";
import { readContent, readToolOutput, textOf } from "./read-part.ts";

type Item = Readonly<Record<string, unknown>>;

/** A turn that is being gathered. */
interface OpenTurn {
  readonly role: Turn["role"];
  readonly blocks: Block[];
  phase?: string;
  /** A message of it has been read: a phase that comes with another one is another turn's. */
  hasMessage: boolean;
}

/** Items of the caller's side beside messages: what tools that the provider knows gave back. */
const CALLERS_ITEM = /_output$|^mcp_approval_response$|^additional_tools$|^compaction_trigger$/;

/** Whether an item of this type, which is no message, comes from the caller. */
export function isCallersItem(type: unknown): boolean {
  return typeof type === "string" && CALLERS_ITEM.test(type);
}

/**
 * `input` as turns. What the model said and called until somebody else speaks is one turn; results stand in a turn of their own.
 * @throws FairleadError 400 naming the item at fault
 */
export function readInput(input: unknown): readonly Turn[] {
  if (typeof input === "string") return [{ role: "user", blocks: readContent(input, "input") }];
  if (!Array.isArray(input)) return [];
  const turns: OpenTurn[] = [];
  input.forEach((item: unknown, index) => {
    const at = `input[${index}]`;
    if (!isRecord(item)) refuse("invalid_value", `'${at}' must be an object.`, at);
    readItem(item, at, turns);
  });
  const filled = turns.filter(({ blocks }) => blocks.length > 0);
  return filled.map(({ blocks, phase, role }) => ({ role, blocks, ...(phase === undefined ? {} : { phase }) }));
}

function readItem(item: Item, at: string, turns: OpenTurn[]): void {
  const type = item["type"] ?? (item["role"] === undefined ? "item_reference" : "message");
  switch (type) {
    case "message":
      return readMessage(item, at, turns);
    case "function_call_output":
    case "custom_tool_call_output":
      return void results(turns).push(readResult(item, at));
    case "item_reference":
      return refuse("invalid_value", `'${at}' refers to an item that only its provider holds; send the item itself.`, at);
    case "reasoning":
      return readReasoning(item, turns);
    default:
      return readOther(item, { type, at }, turns);
  }
}

function readOther(item: Item, { at, type }: { readonly type: unknown; readonly at: string }, turns: OpenTurn[]): void {
  if (type === "function_call") for (const name of ["call_id", "name", "arguments"]) textOf(item, name, at);
  if (type === "custom_tool_call") for (const name of ["call_id", "name", "input"]) textOf(item, name, at);
  (isCallersItem(type) ? results(turns) : modelTurn(turns).blocks).push(...blocksOf(item, CONTEXT));
}

const CONTEXT = { family: OPENAI_FAMILY, callId: "" };

function readMessage(item: Item, at: string, turns: OpenTurn[]): void {
  const { content, phase, role } = item;
  const blocks = [...readContent(content, `${at}.content`)];
  if (role !== "assistant") {
    turns.push({ role: role as Turn["role"], blocks, hasMessage: true }); // `decodeRequest` has checked it
    return;
  }
  const word = typeof phase === "string" ? phase : undefined;
  const last = modelTurn(turns);
  const turn = last.hasMessage && last.phase !== word ? open(turns, "assistant") : last;
  turn.hasMessage = true;
  turn.blocks.push(...blocks);
  if (word !== undefined) turn.phase = word;
}

/** A reasoning item, or what a call of a model elsewhere was signed with, which follows the call under its id. */
function readReasoning(item: Item, turns: OpenTurn[]): void {
  const { blocks } = modelTurn(turns);
  for (const block of blocksOf(item, CONTEXT)) {
    const call = block.kind === "reasoning" && block.text === "" ? signedCall(blocks, block.seal) : -1;
    const signed = blocks[call];
    if (block.kind === "reasoning" && block.seal !== null && signed?.kind === "tool_call")
      blocks[call] = { ...signed, seal: { ...block.seal, id: null } };
    else blocks.push(block);
  }
}

function signedCall(blocks: readonly Block[], seal: Seal | null): number {
  return seal?.id === null || seal === null
    ? -1
    : blocks.findLastIndex((block) => block.kind === "tool_call" && block.id === seal.id);
}

function readResult(item: Item, at: string): ToolResultBlock {
  const name = item["name"];
  return {
    kind: "tool_result",
    callId: textOf(item, "call_id", at),
    name: typeof name === "string" ? name : null,
    isError: false,
    content: readToolOutput(item["output"], `${at}.output`),
  };
}

function modelTurn(turns: OpenTurn[]): OpenTurn {
  const last = turns.at(-1);
  return last?.role === "assistant" ? last : open(turns, "assistant");
}

/** The turn of results at the end. */
function results(turns: OpenTurn[]): Block[] {
  const last = turns.at(-1);
  return (last?.role === "user" && !last.hasMessage ? last : open(turns, "user")).blocks;
}

function open(turns: OpenTurn[], role: Turn["role"]): OpenTurn {
  const turn: OpenTurn = { role, blocks: [], hasMessage: false };
  turns.push(turn);
  return turn;
}
