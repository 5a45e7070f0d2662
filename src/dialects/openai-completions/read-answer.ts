import { isRecord } from "../../core/json/is-record.ts";
import type { FailureClass } from "../../core/failure.ts";
import { answerFailure, failureOfError, findError } from "../canonical/openai-answer-failure.ts";
import { readOpenAiUsage } from "../canonical/openai-usage.ts";
import type { AnswerReading, ReadChat } from "../dialect.ts";
import { readFinish } from "./finish-reasons.ts";

type Fields = Readonly<Record<string, unknown>>;
type Failed = Extract<ReadChat, { readonly kind: "failed" }>;
type Body = { readonly kind: "body"; readonly body: Fields; readonly choices: readonly Fields[] };

/** Judges a whole 200 answer of any number of choices. */
export function readAnswer(text: string): AnswerReading {
  const read = readBody(text);
  if (read.kind === "failed") return read;
  const outputCharacters = read.choices.reduce((sum, choice) => sum + textOf(choice).length, 0);
  const isExplained = read.choices.some((choice) => (readFinish(choice["finish_reason"])?.reason ?? "stop") !== "stop");
  if (outputCharacters === 0 && !isExplained) return failed("empty_completion", "The upstream's answer is empty.");
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

function readBody(text: string): Body | Failed {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return failed("malformed", "The upstream's answer is not valid JSON.");
  }
  if (!isRecord(body)) return failed("malformed", "The upstream's answer is not a JSON object.");
  const error = findError("", body);
  if (error !== null) return { kind: "failed", failure: failureOfError(error) };
  const choices: readonly unknown[] = Array.isArray(body["choices"]) ? body["choices"] : [];
  if (choices.length === 0) return failed("malformed", "The upstream's answer has no choices.");
  return { kind: "body", body, choices: choices.filter(isRecord) };
}

function textOf({ text }: Fields): string {
  return typeof text === "string" ? text : "";
}

function failed(failureClass: FailureClass, message: string): Failed {
  return { kind: "failed", failure: answerFailure(failureClass, message) };
}
