import { isRecord } from "../../core/json/is-record.ts";
import { parseExact } from "../../core/json/exact-json.ts";
import { answerCharacters } from "../canonical/answer-characters.ts";
import type { Block } from "../canonical/block.ts";
import { failedAnswer, parseAnswer } from "../canonical/failed-answer.ts";
import type { AnswerReading, Operation, ReadChat } from "../dialect.ts";
import type { ReaderContext } from "../stream.ts";
import { OPENAI_FAMILY } from "./dialect-name.ts";
import { readFailure, readFinish } from "./read-finish.ts";
import { blocksOf } from "./read-item.ts";
import { readUsage } from "./read-usage.ts";

/** A whole response in no dialect, or why it is none. @see https://platform.openai.com/docs/api-reference/responses/object */
export function readChat(text: string, context: ReaderContext): ReadChat {
  const read = parseAnswer(text, parseExact);
  if (read.kind === "failed") return read;
  const response = read.body;
  const failure = readFailure(response);
  if (failure !== null) return { kind: "failed", failure };
  const { id, model, output } = response;
  if (!Array.isArray(output)) return failedAnswer("malformed", "The upstream's answer has no output.");
  return {
    kind: "read",
    answer: {
      id: typeof id === "string" ? id : null,
      model: typeof model === "string" ? model : null,
      blocks: readOutput(output, context),
      finish: readFinish(response),
      usage: readUsage(response["usage"]),
    },
  };
}

function readOutput(output: readonly unknown[], { family, seed }: ReaderContext): readonly Block[] {
  return output.flatMap((item, index) => {
    if (!isRecord(item)) return [];
    return blocksOf(item, { family, callId: mintCallId(seed, index) });
  });
}

/** The id of a call that has none: its item's place tells it apart. */
export function mintCallId(seed: string, index: number): string {
  return `call_${seed}${index.toString(16)}`;
}

/** Judges a whole answer that is passed on as it came. */
export function readAnswer(_operation: Operation, text: string): AnswerReading {
  const read = readChat(text, { seed: "", family: OPENAI_FAMILY });
  if (read.kind === "failed") return read;
  const { finish, usage } = read.answer;
  const outputCharacters = answerCharacters(read.answer);
  // An answer cut by length or a filter says so, and one that is pending has yet to come; one that "completed" with nothing is a failure.
  if (outputCharacters > 0 || finish.reason !== "stop") return { kind: "complete", usage, outputCharacters };
  return failedAnswer("empty_completion", "The upstream's answer is empty.");
}
