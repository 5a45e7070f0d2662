import type { Failure } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { type FailedAnswer, parseAnswer, type ParsedAnswer } from "./failed-answer.ts";
import { classifyOpenAiErrorBody } from "./openai-errors.ts";

/**
 * The error a chunk or a whole answer carries in any of the ways servers have for it: `error`, `object: "error"`, an event
 * named so, an error beside or inside a choice. Null when it carries none.
 */
export function findError(name: string, value: Readonly<Record<string, unknown>>): unknown {
  if ((value["error"] ?? null) !== null) return { error: value["error"] };
  if (value["object"] === "error" || name === "error") return value;
  const { choices } = value;
  if (!Array.isArray(choices)) return null;
  for (const choice of choices) {
    if (!isRecord(choice)) continue;
    if (isRecord(choice["error"]) || typeof choice["error"] === "string") return { error: choice["error"] };
    if (choice["finish_reason"] === "error") return { error: { message: "The upstream broke off with finish reason error." } };
  }
  return null;
}

/** Why an error inside a 200 counts as a failed attempt. */
export function failureOfError(error: unknown): Failure {
  return classifyOpenAiErrorBody({ status: 200, body: JSON.stringify(error), retryAfterSeconds: null });
}

/** `parseAnswer` of a whole answer that may be an error. */
export function parseOpenAiAnswer(text: string, parse: (text: string) => unknown): ParsedAnswer | FailedAnswer {
  const read = parseAnswer(text, parse);
  const error = read.kind === "failed" ? null : findError("", read.body);
  return error === null ? read : { kind: "failed", failure: failureOfError(error) };
}
