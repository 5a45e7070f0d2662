import {
  type FieldRules,
  isFlag,
  isInteger,
  isList,
  isNumber,
  isObject,
  isText,
  isTextList,
  isTextOrList,
  isTextOrObject,
  isTokenCount,
} from "../canonical/check-fields.ts";

const MAX_TOP_LOGPROBS = 20;

/**
 * Members of a request whose type the API fixes; others pass as they are.
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
export const REQUEST_RULES: FieldRules = {
  checks: new Map([
    ["input", isTextOrList],
    ["instructions", isText],
    ["stream", isFlag],
    ["stream_options", isObject],
    ["max_output_tokens", isTokenCount],
    ["max_tool_calls", isTokenCount],
    ["temperature", isNumber(0, 2)],
    ["top_p", isNumber(0, 1)],
    ["top_logprobs", isInteger(0, MAX_TOP_LOGPROBS)],
    ["presence_penalty", isNumber(-2, 2)],
    ["frequency_penalty", isNumber(-2, 2)],
    ["tools", isList],
    ["tool_choice", isTextOrObject],
    ["parallel_tool_calls", isFlag],
    ["text", isObject],
    ["reasoning", isObject],
    ["include", isTextList],
    ["metadata", isObject],
    ["user", isText],
    ["safety_identifier", isText],
    ["prompt_cache_key", isText],
    ["prompt_cache_options", isObject],
    ["service_tier", isText],
    ["truncation", isText],
    ["store", isFlag],
    ["background", isFlag],
    ["previous_response_id", isText],
    ["conversation", isTextOrObject],
    ["prompt", isObject],
    ["context_management", isList],
  ]),
  read: new Set(["model", "input", "instructions", "stream", "tools", "max_output_tokens", "previous_response_id", "background"]),
};
