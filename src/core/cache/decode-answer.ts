import { isRecord } from "../json/is-record.ts";
import { flag, nullable, object, type Reader, text, whole } from "../json/read-json.ts";
import { partsOf, type Usage, type UsageParts } from "../usage.ts";
import { MOST_ANSWER_BYTES, type StoredAnswer } from "./stored-answer.ts";

/** No text of an answer is longer, since none has more bytes. */
export const anyText: Reader<string> = (value) =>
  typeof value === "string" && value.length <= MOST_ANSWER_BYTES ? value : undefined;

const COUNTS = object<Omit<Usage, keyof UsageParts>>({
  inputTokens: whole,
  cachedInputTokens: whole,
  cacheWriteTokens: whole,
  outputTokens: whole,
  reasoningTokens: whole,
  estimated: flag,
});
const PARTS = [
  "cacheWriteHourTokens",
  "audioInputTokens",
  "imageInputTokens",
  "audioOutputTokens",
  "imageOutputTokens",
] as const satisfies readonly (keyof UsageParts)[];

const usage: Reader<Usage> = (value) => {
  const counts = COUNTS(value);
  if (counts === undefined || !isRecord(value)) return undefined;
  return { ...counts, ...partsOf(Object.fromEntries(PARTS.map((part) => [part, whole(value[part]) ?? 0]))) };
};

/** Epoch milliseconds, or a length in milliseconds: some clocks give fractions. */
export const milliseconds: Reader<number> = (value) =>
  typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;

export const readAnswer: Reader<StoredAnswer> = object<StoredAnswer>({
  content: anyText,
  text: anyText,
  target: text(512),
  warnings: nullable(anyText),
  usage,
  costMicroUsd: nullable(whole),
  durationMs: milliseconds,
  createdAt: milliseconds,
});

/** Null for what is no answer as it is kept. */
export function decodeAnswer(value: unknown): StoredAnswer | null {
  return readAnswer(value) ?? null;
}
