import { isRecord } from "../../core/json/is-record.ts";
import { refuse } from "../canonical/check-fields.ts";
import type { Block, MediaBlock, TextBlock, ToolCallBlock, ToolResultBlock } from "../canonical/block.ts";
import type { Turn } from "../canonical/chat-request.ts";
import { unwrapSeal } from "../canonical/seal-envelope.ts";
import { stableHash } from "../canonical/stable-hash.ts";
import { argumentsOf, formOf, isFunctionCall, thoughtSignatureOf } from "./call-tracker.ts";
import { readCacheMark, readParts } from "./read-parts.ts";
import { readThoughts } from "./reasoning-carrier.ts";

type Message = Readonly<Record<string, unknown>>;

/** Members of a message that are read; the others stay with its turn. */
export const KNOWN_MEMBERS: ReadonlySet<string> = new Set([
  "role",
  "content",
  "name",
  "phase",
  "tool_calls",
  "tool_call_id",
  "function_call",
  "refusal",
  "reasoning_content",
  "reasoning",
  "reasoning_details",
  "thinking_blocks",
  "cache_control",
  "prompt_cache_breakpoint",
]);

/**
 * `messages` → turns: consecutive tool messages are one user turn, and each result knows its tool. The decoder has checked
 * the roles. @throws FairleadError 400 naming the message at fault
 */
export function readMessages(messages: unknown): readonly Turn[] {
  const reader = new MessageReader();
  for (const [index, message] of (Array.isArray(messages) ? messages : []).entries()) {
    if (isRecord(message)) reader.read(message, `messages[${index}]`);
  }
  return reader.finish();
}

class MessageReader {
  readonly #turns: Turn[] = [];
  #results: ToolResultBlock[] = [];
  /** Tool by the id of its call, so far. */
  readonly #tools = new Map<string, string>();
  /** Id of the last legacy call by its function: those results have no id. */
  readonly #legacyIds = new Map<string, string>();

  read(message: Message, place: string): void {
    const role = message["role"];
    if (role === "tool" || role === "function") {
      this.#results.push(this.#readResult(message, place));
      return;
    }
    this.#endResults();
    if (role === "assistant") return this.#add("assistant", message, this.#readAssistant(message, place));
    const blocks = marked(readParts(message["content"], `${place}.content`), message);
    if (role === "system" || role === "developer") return this.#add(role, message, blocks);
    this.#add("user", message, blocks.length === 0 ? [{ kind: "text", text: "" }] : blocks);
  }

  finish(): readonly Turn[] {
    this.#endResults();
    return this.#turns;
  }

  #endResults(): void {
    if (this.#results.length > 0) this.#turns.push({ role: "user", blocks: this.#results });
    this.#results = [];
  }

  /** A turn without anything in it says nothing to anybody. */
  #add(role: Turn["role"], message: Message, blocks: readonly Block[]): void {
    const { name, phase } = message;
    const fields = Object.fromEntries(
      Object.entries(message).filter(([member, value]) => value !== null && !KNOWN_MEMBERS.has(member)),
    );
    const hasExtra = Object.keys(fields).length > 0;
    if (blocks.length === 0 && !hasExtra) return;
    this.#turns.push({
      role,
      blocks,
      ...(typeof name === "string" ? { name } : {}),
      ...(typeof phase === "string" ? { phase } : {}),
      ...(hasExtra ? { extra: { dialect: "openai-chat", fields } } : {}),
    });
  }

  #readResult(message: Message, place: string): ToolResultBlock {
    const callId = message["role"] === "tool" ? this.#toolCallId(message, place) : this.#legacyId(message, place);
    const content = readParts(message["content"], `${place}.content`).filter(isResultContent);
    const cache = readCacheMark(message);
    return {
      kind: "tool_result",
      callId,
      name: this.#tools.get(callId) ?? null,
      isError: false,
      content,
      ...(cache === undefined ? {} : { cache }),
    };
  }

  #toolCallId(message: Message, place: string): string {
    const id = message["tool_call_id"];
    const at = `${place}.tool_call_id`;
    if (typeof id !== "string") return refuse("missing_field", `'${at}' is required: the id of the call it answers.`, at);
    if (!this.#tools.has(id)) refuse("invalid_value", `'${at}' names no call of an earlier message.`, at);
    return id;
  }

  #legacyId(message: Message, place: string): string {
    const id = typeof message["name"] === "string" ? this.#legacyIds.get(message["name"]) : undefined;
    const at = `${place}.name`;
    return id ?? refuse("invalid_value", `'${at}' names no function called in an earlier message.`, at);
  }

  #readAssistant(message: Message, place: string): readonly Block[] {
    const { refusal } = message;
    return [
      ...readThoughts(message),
      ...marked(readParts(message["content"], `${place}.content`), message),
      ...(typeof refusal === "string" && refusal !== "" ? [{ kind: "refusal", text: refusal } as const] : []),
      ...this.#readCalls(message, place),
    ];
  }

  #readCalls(message: Message, place: string): readonly ToolCallBlock[] {
    const { function_call: legacy, tool_calls: entries } = message;
    if (Array.isArray(entries)) {
      return entries.map((entry: unknown, index) => this.#remember(readCall(entry, `${place}.tool_calls[${index}]`)));
    }
    if (!isFunctionCall(legacy)) return [];
    const id = `call_${stableHash(`${place} ${String(legacy["name"])}`).slice(0, 24)}`;
    const call = this.#remember(readCall({ id, function: legacy }, place));
    this.#legacyIds.set(call.name, id);
    return [call];
  }

  #remember(call: ToolCallBlock): ToolCallBlock {
    this.#tools.set(call.id, call.name);
    return call;
  }
}

function isResultContent(block: Block): block is TextBlock | MediaBlock {
  return block.kind === "text" || block.kind === "media";
}

/** A mark on a message is one on the last block of it. */
function marked(blocks: readonly Block[], message: Message): readonly Block[] {
  const cache = readCacheMark(message);
  const last = blocks.at(-1);
  return cache === undefined || last === undefined ? blocks : [...blocks.slice(0, -1), { ...last, cache }];
}

function readCall(entry: unknown, at: string): ToolCallBlock {
  if (!isRecord(entry)) return refuse("invalid_value", `'${at}' must be an object.`, at);
  const form = formOf(entry);
  const body = entry[form];
  if (!isRecord(body)) return refuse("invalid_value", `'${at}.function' must be an object.`, `${at}.function`);
  const { id } = entry;
  const { name } = body;
  if (typeof id !== "string" || id === "") return refuse("missing_field", `'${at}.id' is required.`, `${at}.id`);
  if (typeof name !== "string") return refuse("missing_field", `'${at}.${form}.name' is required.`, `${at}.${form}.name`);
  const signature = thoughtSignatureOf(entry);
  return {
    kind: "tool_call",
    id,
    name,
    form,
    arguments: argumentsOf(form === "custom" ? body["input"] : body["arguments"]),
    namespace: null,
    seal: signature === null ? null : unwrapSeal(signature, { family: "gemini", form: "thought_signature" }),
  };
}
