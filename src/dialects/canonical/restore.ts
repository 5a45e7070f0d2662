import { escapeText, unescapeText } from "../../core/json/escaped-text.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { Restore } from "../dialect.ts";
import type { Block } from "./block.ts";
import type { BlockHead, ChatAnswer, Finish } from "./chat-event.ts";

/** A request whose tools were sent under their own names. */
export const NOTHING_TO_RESTORE: Restore = { names: new Map(), forcedTool: null, customTools: new Set() };

/** The head as the caller knows the tool; the tool that stands for the output format is the answer's text. */
export function restoreHead(head: BlockHead, restore: Restore): BlockHead {
  if (head.kind !== "tool_call") return head;
  if (head.name === restore.forcedTool) return { kind: "text" };
  const form = restore.customTools.has(head.name) ? "custom" : head.form;
  return { ...head, name: restore.names.get(head.name) ?? head.name, form };
}

/** What a free-form tool was given, from the escaped arguments of the function that stood for it; escaped as well. */
export function unwrapCustom(escapedArguments: string): string {
  return escapeText(unwrapText(unescapeText(escapedArguments)));
}

function unwrapText(argumentsText: string): string {
  try {
    const value: unknown = JSON.parse(argumentsText);
    return isRecord(value) && typeof value["input"] === "string" ? value["input"] : argumentsText;
  } catch {
    return argumentsText;
  }
}

/** A stop with tool calls is a stop for the tools' sake; a call that was only the output format is none. */
export function finishOf(finish: Finish, hasCalls: boolean, restore: Restore): Finish {
  if (finish.reason === "stop" && hasCalls) return { ...finish, reason: "tool_calls" };
  if (finish.reason === "tool_calls" && !hasCalls && restore.forcedTool !== null) return { ...finish, reason: "stop" };
  return finish;
}

/** Two calls of one id could not be told apart by their results: the later one gets a number. */
export function withUniqueId<Named extends Block | BlockHead>(named: Named, seen: Set<string>): Named {
  if (named.kind !== "tool_call") return named;
  let { id } = named;
  for (let count = 2; seen.has(id); count++) id = `${named.id}_${count}`;
  seen.add(id);
  return { ...named, id };
}

/** A whole answer as the caller asked for it. */
export function restoreAnswer(answer: ChatAnswer, restore: Restore): ChatAnswer {
  const seen = new Set<string>();
  const blocks = answer.blocks.map((block) => withUniqueId(restoreBlock(block, restore), seen));
  const hasCalls = blocks.some((block) => block.kind === "tool_call");
  return { ...answer, blocks, finish: finishOf(answer.finish, hasCalls, restore) };
}

function restoreBlock(block: Block, restore: Restore): Block {
  if (block.kind !== "tool_call") return block;
  if (block.name === restore.forcedTool) return { kind: "text", text: block.arguments };
  const isCustom = restore.customTools.has(block.name);
  // A function's arguments are an object even where it takes none.
  if (block.form === "function" && block.arguments === "") return restoreBlock({ ...block, arguments: "{}" }, restore);
  return {
    ...block,
    name: restore.names.get(block.name) ?? block.name,
    form: isCustom ? "custom" : block.form,
    arguments: isCustom ? unwrapText(block.arguments) : block.arguments,
  };
}
