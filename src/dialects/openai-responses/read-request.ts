import { isRecord } from "../../core/json/is-record.ts";
import { exactBody } from "../canonical/exact-body.ts";
import { numberOf, refuse } from "../canonical/check-fields.ts";
import {
  type ChatRequest,
  type Effort,
  NO_SAMPLING,
  type OutputFormat,
  type ReasoningWish,
  type Sampling,
} from "../canonical/chat-request.ts";
import type { DecodedRequest } from "../dialect.ts";
import { RESPONSES } from "./dialect-name.ts";
import { readInput } from "./read-input.ts";
import { textOf } from "./read-part.ts";
import { readToolChoice, readTools } from "./read-tools.ts";

type Body = DecodedRequest["body"];

/** State that only the provider that holds it can continue. */
const STATE_FIELDS = ["previous_response_id", "conversation", "prompt"] as const;
const EFFORTS: ReadonlySet<unknown> = new Set<Effort>(["none", "minimal", "low", "medium", "high", "xhigh", "max"]);
const LOGPROBS = "message.output_text.logprobs";
/** Always given where it exists: an answer that crosses has no other way to be continued. */
const ENCRYPTED_REASONING = "reasoning.encrypted_content";

/** Members that the canonical request holds, or that mean nothing once a request has crossed. */
export const CARRIED: ReadonlySet<string> = new Set([
  "model",
  "input",
  "instructions",
  "stream",
  "stream_options",
  "store",
  "background",
  "previous_response_id",
  "conversation",
  "prompt",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "text",
  "reasoning",
  "include",
  "truncation",
  "max_output_tokens",
  "temperature",
  "top_p",
  "top_logprobs",
  "presence_penalty",
  "frequency_penalty",
  "user",
  "safety_identifier",
  "metadata",
  "prompt_cache_key",
  "service_tier",
]);

/**
 * A Responses request in no dialect. What refers to state that OpenAI holds cannot cross.
 * @throws FairleadError 400 naming the field at fault
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
export function readChat(asked: DecodedRequest): ChatRequest {
  const { stream } = asked;
  const body = exactBody(asked);
  refuseState(body);
  const text = isRecord(body["text"]) ? body["text"] : {};
  const tools = readToolChoice(body["tool_choice"]);
  const { instructions } = body;
  const hasInstructions = typeof instructions === "string" && instructions !== "";
  return {
    stream,
    turns: [
      ...(hasInstructions ? [{ role: "system" as const, blocks: [{ kind: "text" as const, text: instructions }] }] : []),
      ...readInput(body["input"]),
    ],
    tools: readTools(body["tools"]),
    toolChoice: tools.choice,
    parallelTools: typeof body["parallel_tool_calls"] === "boolean" ? body["parallel_tool_calls"] : null,
    sampling: readSampling(body),
    choices: 1,
    output: readFormat(text["format"]),
    modalities: [],
    reasoning: readReasoning(body["reasoning"]),
    verbosity: wordOf(text["verbosity"]),
    serviceTier: wordOf(body["service_tier"]),
    user: wordOf(body["safety_identifier"]) ?? wordOf(body["user"]),
    metadata: readMetadata(body["metadata"]),
    promptCacheKey: wordOf(body["prompt_cache_key"]),
    cache: null,
    extra: { dialect: RESPONSES, fields: extraFields(body, tools.isForeign) },
  };
}

function refuseState(body: Body): void {
  for (const name of STATE_FIELDS) {
    if (body[name] === undefined || body[name] === null) continue;
    refuse("invalid_value", `'${name}' refers to state that only OpenAI holds; send the whole conversation as 'input'.`, name);
  }
  if (body["background"] === true)
    refuse("invalid_value", "'background' must be false: this model answers while the caller waits.", "background");
}

function readSampling(body: Body): Sampling {
  const topLogprobs = numberOf(body["top_logprobs"]);
  return {
    ...NO_SAMPLING,
    maxOutputTokens: numberOf(body["max_output_tokens"]),
    temperature: numberOf(body["temperature"]),
    topP: numberOf(body["top_p"]),
    presencePenalty: numberOf(body["presence_penalty"]),
    frequencyPenalty: numberOf(body["frequency_penalty"]),
    logprobs: includeOf(body).includes(LOGPROBS) ? true : null,
    topLogprobs: topLogprobs === 0 ? null : topLogprobs,
  };
}

function includeOf(body: Body): readonly unknown[] {
  return Array.isArray(body["include"]) ? body["include"] : [];
}

function readFormat(format: unknown): OutputFormat | null {
  if (!isRecord(format)) return null;
  const type = format["type"];
  if (type === "text" || type === undefined) return null;
  if (type === "json_object") return { kind: "json_object" };
  if (type !== "json_schema")
    refuse("invalid_value", "'text.format.type' must be text, json_object or json_schema for this model.", "text.format.type");
  return {
    kind: "json_schema",
    name: textOf(format, "name", "text.format"),
    description: wordOf(format["description"]),
    schema: format["schema"] ?? null,
    strict: typeof format["strict"] === "boolean" ? format["strict"] : null,
  };
}

function readReasoning(reasoning: unknown): ReasoningWish | null {
  if (!isRecord(reasoning)) return null;
  const { effort } = reasoning;
  const isSet = effort !== undefined && effort !== null;
  if (isSet && !EFFORTS.has(effort))
    refuse("invalid_value", `'reasoning.effort' must be one of ${[...EFFORTS].join(", ")}.`, "reasoning.effort");
  const summary = summaryOf(reasoning);
  const visible = summary === null ? null : summary !== "none";
  if (!isSet && visible === null) return null;
  return { effort: isSet ? (effort as Effort) : null, budgetTokens: null, visible, adaptive: false }; // checked above
}

/** How the thoughts shall be summed up; `generate_summary` is its old name. */
function summaryOf(reasoning: Body): string | null {
  return wordOf(reasoning["summary"]) ?? wordOf(reasoning["generate_summary"]);
}

function readMetadata(value: unknown): ChatRequest["metadata"] {
  if (!isRecord(value)) return null;
  const metadata: Record<string, string> = {};
  for (const name in value) metadata[name] = textOf(value, name, "metadata");
  return Object.keys(metadata).length === 0 ? null : metadata;
}

/** What only another Responses backend can be told. */
function extraFields(body: Body, isForeignChoice: boolean): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const name in body) if (!CARRIED.has(name) && body[name] !== null) fields[name] = body[name];
  if (isForeignChoice) fields["tool_choice"] = body["tool_choice"];
  if (body["truncation"] === "auto") fields["truncation"] = "auto";
  const include = includeOf(body).filter((name) => name !== LOGPROBS && name !== ENCRYPTED_REASONING);
  if (include.length > 0) fields["include"] = include;
  const reasoning = leftovers(body["reasoning"], ["effort", "generate_summary"], ({ summary }) => summary === "auto");
  if (reasoning !== null) fields["reasoning"] = reasoning;
  const text = leftovers(body["text"], ["format", "verbosity"]);
  if (text !== null) fields["text"] = text;
  if (wordOf(body["safety_identifier"]) !== null && wordOf(body["user"]) !== null) fields["user"] = body["user"];
  return fields;
}

/** Members of an object that are not read; `isAuto` says that its summary is what every backend would give. */
function leftovers(value: unknown, read: readonly string[], isAuto: (value: Body) => boolean = () => false): Body | null {
  if (!isRecord(value)) return null;
  const skipped = new Set(isAuto(value) ? [...read, "summary"] : read);
  const entries = Object.entries(value).filter(([name, member]) => !skipped.has(name) && member !== null);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function wordOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
