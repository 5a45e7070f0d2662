import type { Failure, FailureClass } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";

/** An answer that came with status 200 and is a failed attempt all the same. */
export interface FailedAnswer {
  readonly kind: "failed";
  readonly failure: Failure;
}

/** What is wrong with an answer that came with status 200. */
export function answerFailure(failureClass: FailureClass, message: string): Failure {
  return { class: failureClass, status: 200, message, param: null, code: null, retryAfterSeconds: null };
}

/** The same as what a whole answer was read as. */
export function failedAnswer(failureClass: FailureClass, message: string): FailedAnswer {
  return { kind: "failed", failure: answerFailure(failureClass, message) };
}

/** A whole answer that is an object. */
export interface ParsedAnswer {
  readonly kind: "parsed";
  readonly body: Readonly<Record<string, unknown>>;
}

/** The object a whole answer is; `parse` is `parseExact` where digits of its numbers could be lost. */
export function parseAnswer(text: string, parse: (text: string) => unknown): ParsedAnswer | FailedAnswer {
  let body: unknown;
  try {
    body = parse(text);
  } catch {
    return failedAnswer("malformed", "The upstream's answer is not valid JSON.");
  }
  return isRecord(body) ? { kind: "parsed", body } : failedAnswer("malformed", "The upstream's answer is not a JSON object.");
}
