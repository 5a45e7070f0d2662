import { parseExact } from "../../core/json/exact-json.ts";
import { spell } from "../../core/json/spell.ts";
import type { DecodedRequest } from "../dialect.ts";
import type { Block, ToolCallBlock } from "./block.ts";
import type { ChatRequest, Sampling, Tool, Turn } from "./chat-request.ts";
import { exactBody } from "./exact-body.ts";
import type { Held, Rest } from "./held.ts";

/** What a surface says of its requests for the sake of their names in the cache. */
export interface CacheRules {
  /** Which of a body's values its canonical form holds. */
  readonly held: Held;
  /** What the API documents, for every model, as the value of what is left out. */
  readonly defaults: Partial<Sampling>;
  /** Whether tools and formats are strict that do not say; null where that depends. */
  readonly isStrict: boolean | null;
  /** Headers that ask for nothing at these values. */
  readonly usualHeaders: Readonly<Record<string, readonly string[]>>;
  /** Members that refer to state which the provider keeps for the caller: to be given what was answered once would break it. */
  readonly state: readonly string[];
}

/** What is asked, in texts that are equal where the same is asked, on whatever surface. */
export interface CacheForm {
  /** System turns and tools: what makes requests ones of a kind. */
  readonly kind: string;
  /** Everything but the last user text. */
  readonly scope: string;
  /** The last user text; null where the request does not end with one. */
  readonly text: string | null;
  /** The end user whom the caller names: only answers about who asks are theirs alone. */
  readonly user: string | null;
  /** How an answer is kept: in no dialect, or as the surface's own JSON. */
  readonly record: "chat" | "body";
}

/**
 * The form of a request; `chat` is null where it is none or cannot be read as one, `rules` where the surface has none. Null for
 * what is answered anew each time: what goes on with state, and what no record can hold.
 */
export function cacheForm(asked: DecodedRequest, chat: ChatRequest | null, rules: CacheRules | null): CacheForm | null {
  const goesOn = rules?.state.some((name) => (asked.body[name] ?? false) !== false) === true;
  if (goesOn || asked.choices > 1 || chat?.sampling.logprobs === true) return null;
  if (asked.operation !== "chat") return bytesForm(asked);
  if (chat !== null && rules !== null) return chatForm(chat, asked, rules);
  return asked.stream || (chat === null && rules === null) ? null : bytesForm(asked);
}

/** A request that is equal to what has the same bytes on the same surface. */
function bytesForm({ headers, operation, surface, text }: DecodedRequest): CacheForm {
  return { kind: "", scope: spell([surface, operation, headers, text]), text: null, user: null, record: "body" };
}

/**
 * What a chat asks for. Whatever the canonical form does not hold stands beside it as it came, by the surface's name and its
 * place: a field that nobody here knows makes another request of it.
 */
function chatForm(chat: ChatRequest, asked: DecodedRequest, rules: CacheRules): CacheForm {
  const last = lastUserText(chat.turns);
  const names = calledNames(chat.turns);
  const turns = chat.turns.map((turn, place) => ({
    ...turn,
    extra: undefined,
    blocks: turn.blocks.map((block, index) => (last?.turn === place && last.block === index ? BLANK : blockForm(block, names))),
  }));
  const tools = chat.tools.flatMap((tool) => toolForm(tool, rules));
  const { output } = chat;
  const scope = {
    turns,
    tools,
    choice: isUsualChoice(chat) ? null : chat.toolChoice,
    isSerial: chat.parallelTools === false,
    sampling: samplingForm(chat.sampling, rules.defaults),
    output: output?.kind === "json_schema" ? { ...output, strict: strictForm(output, rules) } : output,
    modalities: chat.modalities,
    reasoning: chat.reasoning,
    verbosity: chat.verbosity === "medium" ? null : chat.verbosity,
    headers: unusualHeaders(asked, rules),
    rest: restForm(asked, rules),
  };
  const kind = [turns.filter(({ role }) => role === "system" || role === "developer"), tools];
  return { kind: spell(kind), scope: spell(scope), text: last?.text ?? null, user: chat.user, record: "chat" };
}

/** What the canonical form does not hold, in no order; null where it holds everything. */
function restForm(asked: DecodedRequest, { held }: CacheRules): unknown {
  const rest: Rest = [];
  held(exactBody(asked), "", rest);
  return rest.length === 0 ? null : [asked.surface, rest.map(spell).toSorted()];
}

const BLANK = { kind: "asked" };
/** Cache marks, and what stands with the rest. */
const UNSAID = { cache: undefined, extra: undefined };

/** Tools of other kinds stand with the rest. */
function toolForm(tool: Tool, rules: CacheRules): readonly unknown[] {
  if (tool.kind !== "function") return [];
  return [{ ...tool, ...UNSAID, strict: strictForm(tool, rules) }];
}

function strictForm({ strict }: { readonly strict: boolean | null }, { isStrict }: CacheRules): boolean | null {
  return strict === isStrict ? null : strict;
}

/** Where the text stands that the request ends with. */
interface LastText {
  readonly turn: number;
  readonly block: number;
  readonly text: string;
}

function lastUserText(turns: readonly Turn[]): LastText | null {
  const last = turns.at(-1);
  if (last?.role !== "user") return null;
  const index = last.blocks.findLastIndex(({ kind }) => kind === "text");
  const block = last.blocks[index];
  return block?.kind === "text" && block.text !== "" ? { turn: turns.length - 1, block: index, text: block.text } : null;
}

/** Tool by the id of its call: some surfaces repeat it in the result. */
function calledNames(turns: readonly Turn[]): ReadonlyMap<string, string> {
  const calls = turns.flatMap(({ blocks }) => blocks).filter((block): block is ToolCallBlock => block.kind === "tool_call");
  return new Map(calls.map(({ id, name }) => [id, name]));
}

/** A block without its cache mark, and without what stands with the rest: what is opaque, or kept as it came, does so wholly. */
function blockForm(block: Block, names: ReadonlyMap<string, string>): unknown {
  if (block.extra?.fields["type"] !== undefined) return { kind: block.kind };
  switch (block.kind) {
    case "tool_call":
      return { ...block, ...UNSAID, arguments: argumentsForm(block) };
    case "tool_result":
      return {
        ...block,
        ...UNSAID,
        name: block.name === names.get(block.callId) ? null : block.name,
        content: block.content.map((part) => blockForm(part, names)),
      };
    case "media":
      return { ...block, ...UNSAID, detail: block.detail === "auto" ? null : block.detail };
    case "opaque":
      return { kind: block.kind };
    case "text":
    case "refusal":
    case "reasoning":
      return { ...block, ...UNSAID };
  }
}

/** Arguments are JSON, which one surface carries as text and another as a value. */
function argumentsForm({ arguments: text, form }: ToolCallBlock): unknown {
  if (form === "custom") return text;
  try {
    return [parseExact(text)];
  } catch {
    return text;
  }
}

function isUsualChoice({ toolChoice, tools }: ChatRequest): boolean {
  return toolChoice?.kind === (tools.length > 0 ? "auto" : "none") || toolChoice?.kind === "auto";
}

function samplingForm(sampling: Sampling, defaults: Partial<Sampling>): unknown {
  const said = Object.entries(sampling).filter(([name, value]) => value !== null && value !== defaults[name as keyof Sampling]);
  return Object.fromEntries(said);
}

function unusualHeaders({ headers }: DecodedRequest, { usualHeaders }: CacheRules): unknown {
  const unusual = Object.entries(headers ?? {}).filter(([name, value]) => usualHeaders[name]?.includes(value) !== true);
  return unusual.length === 0 ? null : Object.fromEntries(unusual);
}
