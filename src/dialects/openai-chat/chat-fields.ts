import { isRecord } from "./read-usage.ts";

/** Says what is allowed when `value` is not; null when it is fine. */
export type FieldCheck = (value: unknown) => string | null;

const MAX_CHOICES = 128;
const MAX_TOP_LOGPROBS = 20;

const isText: FieldCheck = (value) => (typeof value === "string" ? null : "a string");
const isFlag: FieldCheck = (value) => (typeof value === "boolean" ? null : "true or false");
const isObject: FieldCheck = (value) => (isRecord(value) ? null : "an object");
const isList: FieldCheck = (value) => (Array.isArray(value) ? null : "an array");
const isTextOrObject: FieldCheck = (value) => (typeof value === "string" || isRecord(value) ? null : "a string or an object");

function isNumber(low: number, high: number): FieldCheck {
  const allowed = `a number from ${low} to ${high}`;
  return (value) => (typeof value === "number" && value >= low && value <= high ? null : allowed);
}

function isInteger(low: number, high: number): FieldCheck {
  const allowed = `a whole number from ${low} to ${high}`;
  return (value) => (typeof value === "number" && Number.isSafeInteger(value) && value >= low && value <= high ? null : allowed);
}

const isTokenCount = isInteger(1, Number.MAX_SAFE_INTEGER);

const isStop: FieldCheck = (value) =>
  typeof value === "string" || (Array.isArray(value) && value.every((item) => typeof item === "string"))
    ? null
    : "a string or an array of strings";

/**
 * Fields of a chat request whose type the API fixes. `null` is allowed wherever the API allows it, which is for every
 * optional field; fields not listed pass as they are.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export const CHAT_FIELDS: ReadonlyMap<string, FieldCheck> = new Map([
  ["stream", isFlag],
  ["stream_options", isObject],
  ["n", isInteger(1, MAX_CHOICES)],
  ["max_tokens", isTokenCount],
  ["max_completion_tokens", isTokenCount],
  ["temperature", isNumber(0, 2)],
  ["top_p", isNumber(0, 1)],
  ["frequency_penalty", isNumber(-2, 2)],
  ["presence_penalty", isNumber(-2, 2)],
  ["logprobs", isFlag],
  ["top_logprobs", isInteger(0, MAX_TOP_LOGPROBS)],
  ["logit_bias", isObject],
  ["seed", isInteger(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)],
  ["stop", isStop],
  ["tools", isList],
  ["tool_choice", isTextOrObject],
  ["functions", isList],
  ["function_call", isTextOrObject],
  ["parallel_tool_calls", isFlag],
  ["response_format", isObject],
  ["modalities", isList],
  ["audio", isObject],
  ["prediction", isObject],
  ["metadata", isObject],
  ["user", isText],
  ["store", isFlag],
  ["service_tier", isText],
  ["reasoning_effort", isText],
  ["verbosity", isText],
  ["safety_identifier", isText],
  ["prompt_cache_key", isText],
  ["web_search_options", isObject],
]);

/** Fields of an embeddings request. @see https://platform.openai.com/docs/api-reference/embeddings/create */
export const EMBEDDINGS_FIELDS: ReadonlyMap<string, FieldCheck> = new Map([
  ["dimensions", isInteger(1, 65_536)],
  ["encoding_format", (value: unknown) => (value === "float" || value === "base64" ? null : '"float" or "base64"')],
  ["user", isText],
]);

/**
 * Fields by which some gateway or backend lets a caller steer where a request goes or with what credential. Destinations
 * come from policy alone, so they are refused by name rather than passed on.
 */
export const STEERING_FIELDS: ReadonlySet<string> = new Set([
  "api_base",
  "api_key",
  "api_type",
  "api_version",
  "azure_endpoint",
  "base_url",
  "custom_host",
  "custom_llm_provider",
  "extra_body",
  "extra_headers",
  "extra_query",
  "fallbacks",
  "mock_response",
  "mock_tool_calls",
  "organization",
  "proxy",
  "user_config",
  "vertex_credentials",
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
]);

/** Fields we read ourselves; another spelling of one would be read differently by some backend. */
export const READ_FIELDS: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "stream",
  "stream_options",
  "n",
  "input",
  "tools",
  "max_tokens",
]);
