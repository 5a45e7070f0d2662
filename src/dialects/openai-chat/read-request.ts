import { isRecord } from "../../core/json/is-record.ts";
import { exactBody } from "../canonical/exact-body.ts";
import { numberOf, refuse } from "../canonical/check-fields.ts";
import type { ChatRequest, Effort, OutputFormat, ReasoningWish, Sampling } from "../canonical/chat-request.ts";
import type { DecodedRequest } from "../dialect.ts";
import { readMessages } from "./read-messages.ts";
import { readCacheMark } from "./read-parts.ts";
import { readToolChoice, readTools } from "./read-tools.ts";

type Body = DecodedRequest["body"];

/** Fields that have a place in the canonical form, or say how the answer travels; the others stay as they came. */
export const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "stream",
  "stream_options",
  "n",
  "max_tokens",
  "max_completion_tokens",
  "temperature",
  "top_p",
  "top_k",
  "stop",
  "seed",
  "presence_penalty",
  "frequency_penalty",
  "logit_bias",
  "logprobs",
  "top_logprobs",
  "tools",
  "tool_choice",
  "functions",
  "function_call",
  "web_search_options",
  "parallel_tool_calls",
  "response_format",
  "modalities",
  "reasoning_effort",
  "reasoning",
  "verbosity",
  "service_tier",
  "user",
  "metadata",
  "prompt_cache_key",
  "cache_control",
]);

const EFFORTS: ReadonlySet<string> = new Set<Effort>(["none", "minimal", "low", "medium", "high", "xhigh", "max"]);

/**
 * A chat request in no dialect. @throws FairleadError 400 naming the field at fault
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function readRequest(asked: DecodedRequest): ChatRequest {
  const { choices, stream } = asked;
  const body = exactBody(asked);
  const { parallel_tool_calls: parallel } = body;
  const user = textOrNull(body["user"]);
  const cache = readCacheMark(body);
  return {
    stream,
    turns: readMessages(body["messages"]),
    tools: readTools(body),
    toolChoice: readToolChoice(body),
    parallelTools: typeof parallel === "boolean" ? parallel : null,
    sampling: readSampling(body),
    choices,
    output: readOutput(body["response_format"]),
    modalities: readModalities(body["modalities"]),
    reasoning: readReasoning(body),
    verbosity: textOrNull(body["verbosity"]),
    serviceTier: textOrNull(body["service_tier"]),
    user: user ?? textOrNull(body["safety_identifier"]),
    metadata: readMetadata(body["metadata"]),
    promptCacheKey: textOrNull(body["prompt_cache_key"]),
    cache: cache ?? null,
    extra: { dialect: "openai-chat", fields: readExtra(body, user === null) },
  };
}

/** `isUser`: `safety_identifier` was read as the end user's id. */
function readExtra(body: Body, isUser: boolean): Readonly<Record<string, unknown>> {
  const fields = Object.entries(body).filter(
    ([name, value]) => value !== null && !KNOWN_FIELDS.has(name) && !(isUser && name === "safety_identifier"),
  );
  return Object.fromEntries(fields);
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function readSampling(body: Body): Sampling {
  const { logit_bias: bias, logprobs, stop } = body;
  return {
    maxOutputTokens: numberOf(body["max_completion_tokens"]) ?? numberOf(body["max_tokens"]),
    temperature: numberOf(body["temperature"]),
    topP: numberOf(body["top_p"]),
    topK: numberOf(body["top_k"]),
    stop: typeof stop === "string" ? [stop] : textsOf(stop),
    seed: numberOf(body["seed"]),
    presencePenalty: numberOf(body["presence_penalty"]),
    frequencyPenalty: numberOf(body["frequency_penalty"]),
    logitBias: isRecord(bias) && Object.keys(bias).length > 0 ? bias : null,
    logprobs: typeof logprobs === "boolean" ? logprobs : null,
    topLogprobs: numberOf(body["top_logprobs"]),
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Text needs no asking for. */
function readModalities(modalities: unknown): readonly string[] {
  return textsOf(modalities).filter((modality) => modality !== "text");
}

function readMetadata(metadata: unknown): Readonly<Record<string, string>> | null {
  if (!isRecord(metadata)) return null;
  const entries = Object.entries(metadata).map(([key, value]): [string, string] => {
    if (typeof value !== "string") refuse("invalid_value", "'metadata' values must be strings.", "metadata");
    return [key, value];
  });
  return Object.fromEntries(entries);
}

/** `reasoning` is what servers of many models take for the same wish. */
function readReasoning(body: Body): ReasoningWish | null {
  const wish = isRecord(body["reasoning"]) ? body["reasoning"] : {};
  const isDirect = textOrNull(body["reasoning_effort"]) !== null;
  const said = isDirect ? body["reasoning_effort"] : (wish["effort"] ?? (wish["enabled"] === false ? "none" : null));
  const effort = readEffort(said, isDirect ? "reasoning_effort" : "reasoning.effort");
  const budgetTokens = numberOf(wish["max_tokens"]);
  const visible = typeof wish["exclude"] === "boolean" ? !wish["exclude"] : null;
  const isAsked = effort !== null || budgetTokens !== null || visible !== null || wish["enabled"] === true;
  return isAsked ? { effort, budgetTokens, visible, adaptive: effort === null && budgetTokens === null } : null;
}

function readEffort(value: unknown, field: string): Effort | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== "string" || !EFFORTS.has(value))
    refuse("invalid_value", `'${field}' must be one of ${[...EFFORTS].join(", ")}.`, field);
  return value as Effort; // checked above
}

function readOutput(format: unknown): OutputFormat | null {
  if (!isRecord(format)) return null;
  switch (format["type"]) {
    case "text":
      return null;
    case "json_object":
      return { kind: "json_object" };
    case "json_schema":
      return readSchema(format["json_schema"]);
    default:
      return refuse(
        "invalid_value",
        "'response_format.type' must be one of text, json_object, json_schema.",
        "response_format.type",
      );
  }
}

function readSchema(schema: unknown): OutputFormat {
  const field = "response_format.json_schema";
  if (!isRecord(schema)) return refuse("invalid_value", `'${field}' must be an object.`, field);
  return {
    kind: "json_schema",
    name: textOrNull(schema["name"]),
    description: textOrNull(schema["description"]),
    schema: schema["schema"] ?? null,
    strict: typeof schema["strict"] === "boolean" ? schema["strict"] : null,
  };
}
