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
  isTokenCount,
} from "../canonical/check-fields.ts";
import { snakeCase } from "./member.ts";

const MAX_CANDIDATES = 128;
const MAX_TOP_LOGPROBS = 20;
const INT_32 = 2 ** 31;

const isListOrObject: FieldCheck = (value) => (isList(value) === null || isObject(value) === null ? null : "an array of objects");

const CHAT = rules([
  ["model", isText],
  ["contents", isListOrObject],
  ["systemInstruction", isObject],
  ["tools", isListOrObject],
  ["toolConfig", isObject],
  ["generationConfig", isObject],
  ["safetySettings", isListOrObject],
  ["cachedContent", isText],
  ["labels", isObject],
  ["serviceTier", isText],
]);

/** Members of `generateContent` whose type the API fixes. @see https://ai.google.dev/api/generate-content */
export const CHAT_RULES: FieldRules = CHAT;

/** Members of `countTokens`. @see https://ai.google.dev/api/tokens */
export const COUNT_RULES: FieldRules = {
  checks: new Map([...CHAT.checks, ...bothSpellings([["generateContentRequest", isObject]])]),
  read: CHAT.read,
};

/** Members of `embedContent` and `batchEmbedContents`. @see https://ai.google.dev/api/embeddings */
export const EMBEDDINGS_RULES: FieldRules = rules([
  ["model", isText],
  ["content", isObject],
  ["requests", isList],
  ["taskType", isText],
  ["title", isText],
  ["outputDimensionality", isInteger(1, 65_536)],
]);

/** Members of `generationConfig`. */
export const GENERATION_RULES: FieldRules = rules([
  ["temperature", isNumber(0, 2)],
  ["topP", isNumber(0, 1)],
  ["topK", isNumber(1, 1_000_000)],
  ["candidateCount", isInteger(1, MAX_CANDIDATES)],
  ["maxOutputTokens", isTokenCount],
  ["stopSequences", isTextList],
  ["seed", isInteger(-INT_32, INT_32 - 1)],
  ["presencePenalty", isNumber(-2, 2)],
  ["frequencyPenalty", isNumber(-2, 2)],
  ["responseMimeType", isText],
  ["responseSchema", isObject],
  ["responseLogprobs", isFlag],
  ["logprobs", isInteger(0, MAX_TOP_LOGPROBS)],
  ["responseModalities", isTextList],
  ["thinkingConfig", isObject],
  ["speechConfig", isObject],
]);

function rules(checks: readonly (readonly [string, FieldCheck])[]): FieldRules {
  const both = bothSpellings(checks);
  return { checks: both, read: new Set(both.keys()) };
}

function bothSpellings(checks: readonly (readonly [string, FieldCheck])[]): Map<string, FieldCheck> {
  return new Map(checks.flatMap(([name, check]) => [[name, check] as const, [snakeCase(name), check] as const]));
}
