import type { CompiledQuirks } from "../../core/policy/compiled.ts";
import type {
  Block,
  MediaBlock,
  ReasoningBlock,
  RefusalBlock,
  TextBlock,
  ToolCallBlock,
  ToolResultBlock,
} from "../canonical/block.ts";
import type { Turn } from "../canonical/chat-request.ts";
import { FOREIGN_THOUGHTS } from "../canonical/loss-reasons.ts";
import { mapCallId, type NameRule } from "../canonical/names.ts";
import { stableHash } from "../canonical/stable-hash.ts";
import { RESPONSES } from "./dialect-name.ts";
import { fieldsOf } from "./extra-fields.ts";
import { isCallersItem } from "./read-input.ts";
import { inputPart, outputPart, type PartContext } from "./write-part.ts";

type Item = Readonly<Record<string, unknown>>;

const CALL_ID: NameRule = { pattern: /^[\x21-\x7e]{1,64}$/, illegal: /[^\x21-\x7e]/g, length: 64 };

/** What decides how a history is written. */
export interface InputContext extends PartContext {
  /** Knows the role `developer`. */
  readonly takesDeveloper: boolean;
  readonly callIds: CompiledQuirks["callIds"];
  /** A tool's name under the rule of the backend. */
  readonly nameOf: (name: string) => string;
}

/**
 * Turns as input items. Encrypted reasoning goes back to its own family alone, and only where what followed it follows still:
 * the API refuses one without the other.
 */
export function writeInput(turns: readonly Turn[], context: InputContext): readonly Item[] {
  const custom = customCalls(turns);
  const items: Item[] = [];
  for (const turn of turns) {
    if (turn.name !== undefined) context.losses.hint("names", "openai-responses has no names of speakers");
    if (turn.role === "assistant") items.push(...modelItems(turn, context));
    else items.push(...callerItems(turn, custom, context));
  }
  return withoutLoneThoughts(items);
}

/** Reasoning stays where the next item that is none is the model's own. */
function withoutLoneThoughts(items: readonly Item[]): readonly Item[] {
  let isFollowed = false;
  return items
    .toReversed()
    .filter((item) => {
      if (item["type"] === "reasoning") return isFollowed;
      isFollowed = item["type"] === "message" ? item["role"] === "assistant" : !isCallersItem(item["type"]);
      return true;
    })
    .toReversed();
}

function customCalls(turns: readonly Turn[]): ReadonlySet<string> {
  const calls = turns.flatMap(({ blocks }) => blocks.filter((block) => block.kind === "tool_call"));
  return new Set(calls.filter(({ form }) => form === "custom").map(({ id }) => id));
}

function callerItems(turn: Turn, custom: ReadonlySet<string>, context: InputContext): readonly Item[] {
  const items: Item[] = [];
  const parts: Item[] = [];
  const endMessage = (): void => {
    if (parts.length > 0) items.push({ type: "message", role: roleOf(turn.role, context), content: parts.splice(0) });
  };
  for (const block of turn.blocks) {
    if (block.kind === "tool_result") items.push(resultItem(block, custom.has(block.callId), context));
    else if (block.kind === "opaque") {
      endMessage();
      items.push(...opaqueItems(block, context));
    } else if (isContent(block)) {
      const part = inputPart(block, context);
      if (part !== null) parts.push(part);
    }
  }
  endMessage();
  return items;
}

function roleOf(role: Turn["role"], { takesDeveloper }: InputContext): string {
  return role === "developer" && !takesDeveloper ? "system" : role;
}

function isContent(block: Block): block is TextBlock | RefusalBlock | MediaBlock {
  return block.kind === "text" || block.kind === "refusal" || block.kind === "media";
}

function resultItem(block: ToolResultBlock, isCustom: boolean, context: InputContext): Item {
  const type = isCustom ? "custom_tool_call_output" : "function_call_output";
  return { type, call_id: callIdFor(block.callId, context), output: outputOf(block, context) };
}

/**
 * One plain text stands as it is; anything else is a list of parts. A mark on the result is one on the end of its last part. An
 * error is said in words: no field tells it.
 */
function outputOf({ cache, content, isError }: ToolResultBlock, context: InputContext): unknown {
  const last = content.at(-1);
  const marked = cache === undefined || last === undefined ? content : [...content.slice(0, -1), { ...last, cache }];
  const parts = marked.map((block) => inputPart(block, context)).filter((part) => part !== null);
  const [first = { type: "input_text", text: "" }] = parts;
  const isPlain = parts.length <= 1 && first["type"] === "input_text" && Object.keys(first).length === 2;
  if (!isError) return isPlain ? first["text"] : parts;
  return isPlain ? errorText(String(first["text"])) : [{ type: "input_text", text: "Error:" }, ...parts];
}

function errorText(said: string): string {
  return said === "" ? "Error" : `Error: ${said}`;
}

function modelItems(turn: Turn, context: InputContext): readonly Item[] {
  const items: Item[] = [];
  const parts: Item[] = [];
  let thoughts: ReasoningBlock[] = [];
  const endMessage = (): void => {
    const phase = turn.phase === undefined ? {} : { phase: turn.phase };
    if (parts.length > 0) items.push({ type: "message", role: "assistant", content: parts.splice(0), ...phase });
  };
  for (const block of turn.blocks) {
    if (block.kind === "text" || block.kind === "refusal") {
      parts.push(outputPart(block, context));
      continue;
    }
    endMessage();
    // A seal without a text is a thought of its own.
    if (block.kind !== "reasoning" || block.text === "") thoughts = dropped(thoughts, context);
    if (block.kind === "reasoning") thoughts = [...thoughts, block];
    items.push(...itemsOf(block, thoughts, context));
    if (block.kind === "reasoning" && block.seal !== null) thoughts = [];
  }
  endMessage();
  dropped(thoughts, context);
  return items;
}

/** No thoughts, after noting that these, which no seal ended, are not sent. */
function dropped(thoughts: readonly ReasoningBlock[], { losses }: InputContext): ReasoningBlock[] {
  if (thoughts.some(({ text }) => text !== "")) losses.hint("reasoning", FOREIGN_THOUGHTS);
  return [];
}

function itemsOf(block: Block, thoughts: readonly ReasoningBlock[], context: InputContext): readonly Item[] {
  switch (block.kind) {
    case "reasoning":
      return reasoningItems(block, thoughts, context);
    case "tool_call":
      return [callItem(block, context)];
    case "media":
      return imageItems(block, context);
    case "opaque":
      return opaqueItems(block, context);
    case "text":
    case "refusal":
    case "tool_result":
      return [];
  }
}

/** `thoughts` are the parts of the item, which this block's seal ends. */
function reasoningItems(
  { seal }: ReasoningBlock,
  thoughts: readonly ReasoningBlock[],
  { family, losses }: InputContext,
): readonly Item[] {
  if (seal === null) return [];
  if (seal.family !== family || seal.form !== "encrypted") {
    losses.hint("reasoning", FOREIGN_THOUGHTS);
    return [];
  }
  const texts = (isSummary: boolean): readonly string[] =>
    thoughts.filter((thought) => thought.isSummary === isSummary && thought.text !== "").map(({ text }) => text);
  const content = texts(false).map((text) => ({ type: "reasoning_text", text }));
  return [
    {
      type: "reasoning",
      ...(seal.id === null ? {} : { id: seal.id }),
      summary: texts(true).map((text) => ({ type: "summary_text", text })),
      ...(content.length === 0 ? {} : { content }),
      encrypted_content: seal.data,
    },
  ];
}

function callIdFor(id: string, { callIds }: InputContext): string {
  return mapCallId(id, callIds === "alnum9" ? callIds : CALL_ID);
}

function callItem(block: ToolCallBlock, context: InputContext): Item {
  const isCustom = block.form === "custom";
  return {
    type: isCustom ? "custom_tool_call" : "function_call",
    call_id: callIdFor(block.id, context),
    name: context.nameOf(block.name),
    ...(block.namespace === null ? {} : { namespace: block.namespace }),
    ...(isCustom ? { input: block.arguments } : { arguments: block.arguments === "" ? "{}" : block.arguments }),
    ...fieldsOf(block.extra),
  };
}

/** An image that the model made. */
function imageItems(block: MediaBlock, { losses }: InputContext): readonly Item[] {
  const { extra, media, mimeType, source } = block;
  if (media !== "image" || source.kind !== "base64") {
    losses.meaning(`media.${media}`, `openai-responses takes no ${media} in an answer of the model`);
    return [];
  }
  const format = mimeType?.startsWith("image/") === true ? { output_format: mimeType.slice("image/".length) } : {};
  const id = `ig_${stableHash(source.data)}`;
  return [{ type: "image_generation_call", id, status: "completed", ...format, result: source.data, ...fieldsOf(extra) }];
}

function opaqueItems(block: Extract<Block, { readonly kind: "opaque" }>, { losses }: InputContext): readonly Item[] {
  if (block.dialect === RESPONSES) return [block.raw as Item]; // what this dialect's own reader put there
  losses.meaning(`opaque.${block.type}`, `openai-responses has no ${block.type}`);
  return [];
}
