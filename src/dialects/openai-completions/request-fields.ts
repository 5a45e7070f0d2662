import {
  type FieldCheck,
  type FieldRules,
  isFlag,
  isInteger,
  isNumber,
  isObject,
  isText,
  isTextList,
} from "../canonical/check-fields.ts";

const MAX_CHOICES = 128;
const MAX_CANDIDATES = 20;
const MAX_LOGPROBS = 5;

const isStop: FieldCheck = (value) =>
  isText(value) === null || isTextList(value) === null ? null : "a string or an array of strings";

/** Fields whose type the API fixes; the others pass as they are. @see https://platform.openai.com/docs/api-reference/completions/create */
export const COMPLETIONS_RULES: FieldRules = {
  checks: new Map([
    ["stream", isFlag],
    ["stream_options", isObject],
    ["n", isInteger(1, MAX_CHOICES)],
    ["best_of", isInteger(0, MAX_CANDIDATES)],
    ["echo", isFlag],
    ["suffix", isText],
    ["max_tokens", isInteger(0, Number.MAX_SAFE_INTEGER)],
    ["temperature", isNumber(0, 2)],
    ["top_p", isNumber(0, 1)],
    ["frequency_penalty", isNumber(-2, 2)],
    ["presence_penalty", isNumber(-2, 2)],
    ["logprobs", isInteger(0, MAX_LOGPROBS)],
    ["logit_bias", isObject],
    ["seed", isInteger(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)],
    ["stop", isStop],
    ["user", isText],
  ]),
  read: new Set(["model", "prompt", "stream", "stream_options", "n", "max_tokens"]),
};
