import { isRecord } from "../../core/json/is-record.ts";
import { type FailedAnswer, failedAnswer } from "../canonical/failed-answer.ts";
import { parseOpenAiAnswer } from "../canonical/openai-answer-error.ts";
import { readOpenAiUsage } from "../canonical/openai-usage.ts";
import type { AnswerReading, ReadChat } from "../dialect.ts";
import { readFinish } from "./finish-reasons.ts";

type Fields = Readonly<Record<string, unknown>>;
type Body = { readonly kind: "body"; readonly body: Fields; readonly choices: readonly Fields[] };

/** Judges a whole 200 answer of any number of choices. */
export function readAnswer(text: string): AnswerReading {
  const read = readBody(text);
  if (read.kind === "failed") return read;
  const outputCharacters = read.choices.reduce((sum, choice) => sum + textOf(choice).length, 0);
  const isExplained = read.choices.some((choice) => (readFinish(choice["finish_reason"])?.reason ?? "stop") !== "stop");
  if (outputCharacters === 0 && !isExplained) return failedAnswer("empty_completion", "The upstream's answer is empty.");
  return { kind: "complete", usage: readOpenAiUsage(read.body["usage"]), outputCharacters };
}

/** The first choice of a whole answer. @see https://platform.openai.com/docs/api-reference/completions/object */
export function readChat(text: string): ReadChat {
  const read = readBody(text);
  if (read.kind === "failed") return read;
  const { body, choices } = read;
  const [choice = {}] = choices;
  const said = textOf(choice);
  return {
    kind: "read",
    answer: {
      id: typeof body["id"] === "string" ? body["id"] : null,
      model: typeof body["model"] === "string" ? body["model"] : null,
      blocks: said === "" ? [] : [{ kind: "text", text: said }],
      finish: readFinish(choice["finish_reason"]) ?? { reason: "stop", raw: null, stopSequence: null },
      usage: readOpenAiUsage(body["usage"]),
    },
  };
}

function readBody(text: string): Body | FailedAnswer {
  const read = parseOpenAiAnswer(text, JSON.parse);
  if (read.kind === "failed") return read;
  const { body } = read;
  const choices: readonly unknown[] = Array.isArray(body["choices"]) ? body["choices"] : [];
  if (choices.length === 0) return failedAnswer("malformed", "The upstream's answer has no choices.");
  return { kind: "body", body, choices: choices.filter(isRecord) };
}

function textOf({ text }: Fields): string {
  return typeof text === "string" ? text : "";
}
