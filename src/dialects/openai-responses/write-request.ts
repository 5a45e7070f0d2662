import { isRecord } from "../../core/json/is-record.ts";
import { writeJson } from "../../core/json/exact-json.ts";
import type { ChatRequest, OutputFormat, Turn } from "../canonical/chat-request.ts";
import { createToolNames, NAME_64 } from "../canonical/names.ts";
import { stableHash } from "../canonical/stable-hash.ts";
import type { UpstreamModel, WrittenRequest } from "../dialect.ts";
import { RESPONSES } from "./dialect-name.ts";
import { recordLosses } from "./record-losses.ts";
import { LossList } from "./loss-list.ts";
import { writeInput } from "./write-input.ts";
import { writeReasoning } from "./write-reasoning.ts";
import { type ToolsContext, writeToolChoice, writeTools } from "./write-tools.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The API takes no smaller limit. */
const MIN_OUTPUT_TOKENS = 16;
const SAFETY_IDENTIFIER_CHARACTERS = 64;
const SERVICE_TIERS: ReadonlySet<string> = new Set(["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"]);

/**
 * A request for a Responses backend, whoever asked. Nothing is stored there: the caller keeps the conversation, encrypted
 * reasoning and all. The same request gives the same bytes, on which prompt caches depend.
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
export function writeRequest(request: ChatRequest, upstream: UpstreamModel): WrittenRequest {
  const losses = new LossList();
  const names = createToolNames(NAME_64);
  const isOwn = request.extra.dialect === RESPONSES;
  const kept = isOwn ? request.extra.fields : {};
  recordLosses(request, isOwn, losses);
  const context = { request, upstream, losses, isOwn, nameOf: (name: string): string => names.mangle(name) };
  const conversation = conversationFields(context);
  const reasoning = writeReasoning(request.reasoning, upstream.capabilities, losses);
  const body = {
    model: upstream.model,
    ...conversation,
    ...toolFields(context),
    ...samplingFields(request, losses),
    ...merged("text", textFields(request, isOwn), kept),
    ...merged("reasoning", reasoning ?? {}, kept),
    ...includeField(wantsEncrypted(conversation.input, reasoning, upstream), kept),
    ...bookkeeping(request, losses),
    ...withoutMerged(kept),
    store: false,
    ...(request.stream ? { stream: true } : {}),
  };
  const restore = { names: names.restored, forcedTool: null, customTools: new Set<string>() };
  return { body: writeJson(body), headers: {}, losses: losses.all, restore };
}

interface WriteContext extends ToolsContext {
  readonly request: ChatRequest;
  readonly upstream: UpstreamModel;
}

function conversationFields({ isOwn, losses, nameOf, request, upstream }: WriteContext): ConversationFields {
  const { capabilities, family, quirks } = upstream;
  const instructions = isOwn ? instructionsOf(request.turns) : null;
  const takesMarks = isOwn || (capabilities?.has("prompt_cache") ?? false);
  const context = { family, takesMarks, takesDeveloper: quirks.developerRole, callIds: quirks.callIds, nameOf, losses };
  if (instructions === null) return { input: writeInput(request.turns, context) };
  return { instructions, input: writeInput(request.turns.slice(1), context) };
}

interface ConversationFields {
  readonly instructions?: string;
  readonly input: readonly Fields[];
}

function toolFields(context: WriteContext): Fields {
  const { parallelTools, toolChoice, tools } = context.request;
  const written = writeTools(tools, context);
  // A choice among tools of which none could be written would be refused.
  const isMoot = tools.length > 0 && written.length === 0;
  return {
    ...(written.length === 0 ? {} : { tools: written }),
    ...(toolChoice === null || isMoot ? {} : { tool_choice: writeToolChoice(toolChoice, tools, context) }),
    ...given({ parallel_tool_calls: parallelTools }),
  };
}

/** Models that do not reason refuse to be asked for it. */
function wantsEncrypted(input: readonly Fields[], reasoning: Fields | null, { capabilities }: UpstreamModel): boolean {
  if (reasoning !== null && reasoning["effort"] !== "none") return true;
  return input.some(({ type }) => type === "reasoning") || (capabilities?.has("reasoning") ?? false);
}

/** The text of `instructions`, where a Responses caller's history begins with one; input must be left beside it. */
function instructionsOf(turns: readonly Turn[]): string | null {
  const [first] = turns;
  const [block, ...others] = first?.blocks ?? [];
  const isPlain = first?.role === "system" && others.length === 0 && block?.kind === "text" && block.cache === undefined;
  return isPlain && turns.length > 1 ? block.text : null;
}

function samplingFields({ extra, sampling }: ChatRequest, losses: LossList): Fields {
  const { frequencyPenalty, maxOutputTokens, presencePenalty, temperature, topP } = sampling;
  const isSmall = maxOutputTokens !== null && maxOutputTokens < MIN_OUTPUT_TOKENS;
  if (isSmall) losses.hint("max_output_tokens", `openai-responses takes no limit below ${MIN_OUTPUT_TOKENS} tokens`);
  return given({
    max_output_tokens: isSmall ? MIN_OUTPUT_TOKENS : maxOutputTokens,
    temperature,
    top_p: topP,
    // Open Responses has them, OpenAI has not: only a caller who knows the backend's API says them in it.
    ...(extra.dialect === RESPONSES ? { presence_penalty: presencePenalty, frequency_penalty: frequencyPenalty } : {}),
  });
}

function textFields({ output, verbosity }: ChatRequest, isOwn: boolean): Fields {
  return { ...(output === null ? {} : { format: formatOf(output, isOwn) }), ...given({ verbosity }) };
}

function formatOf(output: OutputFormat, isOwn: boolean): Fields {
  if (output.kind === "json_object") return { type: "json_object" };
  const name = createToolNames(NAME_64).mangle(output.name ?? "response");
  const { description, schema, strict } = output;
  return {
    type: "json_schema",
    name,
    ...given({ description }),
    schema,
    ...(strict === null && isOwn ? {} : { strict: strict ?? false }),
  };
}

function includeField(wantsReasoning: boolean, kept: Fields): Fields {
  const asked: readonly unknown[] = Array.isArray(kept["include"]) ? kept["include"] : [];
  const include = wantsReasoning ? [...asked, "reasoning.encrypted_content"] : asked;
  return include.length === 0 ? {} : { include };
}

function bookkeeping({ metadata, promptCacheKey, serviceTier, user }: ChatRequest, losses: LossList): Fields {
  const isTier = serviceTier === null || SERVICE_TIERS.has(serviceTier);
  if (!isTier) losses.hint("service_tier", "openai-responses has no such service tier");
  const isLong = user !== null && user.length > SAFETY_IDENTIFIER_CHARACTERS;
  if (isLong) losses.hint("user", `openai-responses takes ${SAFETY_IDENTIFIER_CHARACTERS} characters; a hash was sent`);
  return given({
    safety_identifier: isLong ? stableHash(user) : user,
    metadata,
    prompt_cache_key: promptCacheKey,
    service_tier: isTier ? serviceTier : null,
  });
}

/** Members that are not null. */
function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** An object of what was read and what was kept of it. */
function merged(name: string, fields: Fields, kept: Fields): Fields {
  const rest = kept[name];
  const whole = { ...fields, ...(isRecord(rest) ? rest : {}) };
  return Object.keys(whole).length === 0 ? {} : { [name]: whole };
}

function withoutMerged(kept: Fields): Fields {
  const { include: _include, reasoning: _reasoning, text: _text, ...rest } = kept;
  return rest;
}
