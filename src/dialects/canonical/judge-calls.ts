import type { Failure } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { ChatAnswer, Finish } from "./chat-event.ts";
import { answerFailure } from "./failed-answer.ts";

/** Whether text is JSON of an object, which is what a function is given. */
export function isObjectText(text: string): boolean {
  try {
    return isRecord(JSON.parse(text));
  } catch {
    return false;
  }
}

/**
 * What is wrong with an answer that ended as if it were sound: a call that the model wrote wrongly. An answer that was cut,
 * by length or a filter, says so itself and keeps what came.
 */
export function failureOfFinish({ reason }: Finish, badCall: string | null): Failure | null {
  if (reason === "malformed_call")
    return answerFailure("malformed", "The model wrote a tool call that its provider could not read.");
  const isSound = badCall === null || (reason !== "stop" && reason !== "tool_calls");
  return isSound ? null : answerFailure("malformed", `The model called '${badCall}' with arguments that are no JSON object.`);
}

/** The same of a whole answer. */
export function failureOfCalls({ blocks, finish }: ChatAnswer): Failure | null {
  const bad = blocks.find((block) => block.kind === "tool_call" && block.form === "function" && !isObjectText(block.arguments));
  return failureOfFinish(finish, bad?.kind === "tool_call" ? bad.name : null);
}
