import {
  type FieldCheck,
  type FieldRules,
  isFlag,
  isInteger,
  isList,
  isNumber,
  isObject,
  isText,
  isTextList,
  isTextOrObject,
  isTokenCount,
} from "../canonical/check-fields.ts";

const MAX_CHOICES = 128;
const MAX_TOP_LOGPROBS = 20;

const isStop: FieldCheck = (value) =>
  isText(value) === null || isTextList(value) === null ? null : "a string or an array of strings";

/** Fields we read ourselves; another spelling of one would be read differently by some backend. */
const READ_FIELDS: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "stream",
  "stream_options",
  "n",
  "input",
  "tools",
  "max_tokens",
]);

/**
 * Fields of a chat request whose type the API fixes. `null` is allowed wherever the API allows it, which is for every
 * optional field; fields not listed pass as they are.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export const CHAT_RULES: FieldRules = {
  checks: new Map([
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
  ]),
  read: READ_FIELDS,
};

/** Fields of an embeddings request that have a place in one in no dialect. */
export const EMBEDDINGS_FIELDS: ReadonlySet<string> = new Set(["model", "input", "dimensions", "encoding_format", "user"]);

/** Fields of an embeddings request. @see https://platform.openai.com/docs/api-reference/embeddings/create */
export const EMBEDDINGS_RULES: FieldRules = {
  checks: new Map([
    ["dimensions", isInteger(1, 65_536)],
    ["encoding_format", (value: unknown) => (value === "float" || value === "base64" ? null : '"float" or "base64"')],
    ["user", isText],
  ]),
  read: READ_FIELDS,
};
