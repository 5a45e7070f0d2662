import type { AnswerReading, Operation } from "../dialect.ts";
import { readOpenAiUsage } from "../canonical/openai-usage.ts";
import { failedAnswer } from "../canonical/failed-answer.ts";
import { parseOpenAiAnswer } from "../canonical/openai-answer-error.ts";
import { contentCharacters } from "./content.ts";
import { isRecord } from "../../core/json/is-record.ts";

/**
 * Judges a whole 200 answer. A body that is no JSON, has no choices or carries an `error` is a failed attempt, and so is
 * a completion that holds nothing at all.
 */
export function readAnswer(operation: Operation, text: string): AnswerReading {
  const read = parseOpenAiAnswer(text, JSON.parse);
  if (read.kind === "failed") return read;
  const { body } = read;
  const usage = readOpenAiUsage(body["usage"]);
  return operation === "embeddings" ? readEmbeddings(body, usage) : readChat(body, usage);
}

type Usage = ReturnType<typeof readOpenAiUsage>;

function readChat(body: Readonly<Record<string, unknown>>, usage: Usage): AnswerReading {
  const choices = body["choices"];
  if (!Array.isArray(choices) || choices.length === 0) return failedAnswer("malformed", "The upstream's answer has no choices.");
  let outputCharacters = 0;
  let explained = false;
  for (const choice of choices) {
    if (!isRecord(choice)) return failedAnswer("malformed", "The upstream's answer has a choice that is not an object.");
    outputCharacters += contentCharacters(choice["message"]);
    const finish = choice["finish_reason"];
    explained ||= typeof finish === "string" && finish !== "" && finish !== "stop";
  }
  // An empty answer that was cut by length or a filter says so; one that "stopped" with nothing is a failure.
  if (outputCharacters === 0 && !explained) return failedAnswer("empty_completion", "The upstream's answer is empty.");
  return { kind: "complete", usage, outputCharacters };
}

function readEmbeddings(body: Readonly<Record<string, unknown>>, usage: Usage): AnswerReading {
  const data = body["data"];
  if (!Array.isArray(data) || data.length === 0) return failedAnswer("malformed", "The upstream's answer has no embeddings.");
  return { kind: "complete", usage, outputCharacters: 0 };
}
