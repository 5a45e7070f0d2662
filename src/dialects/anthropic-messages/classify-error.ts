import type { Failure, FailureClass } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { ErrorResponse } from "../dialect.ts";
import { classOfStatus, failureOfRefusal, listedClassOf, parseErrorBody, redirectFailure } from "../canonical/refusal.ts";
import type { Fields } from "./read-fields.ts";

/** `error.type` → class; it wins over the status. @see https://docs.anthropic.com/en/api/errors */
const CLASS_BY_TYPE: ReadonlyMap<string, FailureClass> = new Map([
  ["invalid_request_error", "invalid_request"],
  ["not_found_error", "invalid_request"],
  ["request_too_large", "invalid_request"],
  ["authentication_error", "auth"],
  ["permission_error", "auth"],
  ["billing_error", "quota_exhausted"],
  ["rate_limit_error", "rate_limited"],
  ["overloaded_error", "overloaded"],
  ["timeout_error", "server_error"],
  ["api_error", "server_error"],
]);

/** What an `invalid_request_error` may be about instead of the request's form. */
const CLASS_BY_TEXT: readonly (readonly [RegExp, FailureClass])[] = [
  [/prompt is too long|exceeds? (?:the )?context (?:limit|window)|context window|too many (?:input )?tokens/i, "context_length"],
  [/content filtering policy|usage policy/i, "content_filter"],
  [/credit balance is too low|usage limits?\b.{0,200}\bregain access/i, "quota_exhausted"],
];
/** The field at fault stands before the first colon: `messages.1.content.0: …`. */
const FIELD = /^([a-z_]+(?:\.[a-z0-9_]+)*): /;

/** A refusal by status and body. Only what blames the caller's own request keeps the upstream's words. */
export function classifyError(response: ErrorResponse): Failure {
  return redirectFailure(response) ?? classifyErrorBody(response);
}

/** Also for error objects inside a 200: a body or a stream event. */
export function classifyErrorBody(response: ErrorResponse): Failure {
  const error = readErrorObject(response.body);
  const message = textOf(error["message"]);
  const words = { message, param: FIELD.exec(message)?.[1] ?? null, code: message === "" ? "" : codeOf(error) };
  return failureOfRefusal(response, classOf(response.status, textOf(error["type"]), message), words);
}

/** Reads `{type: "error", error: {…}}`, `{error: "text"}`, `{message}`; anything else is an empty description. */
function readErrorObject(body: string): Fields {
  const outer = parseErrorBody(body);
  const inner: unknown = isRecord(outer) ? (outer["error"] ?? outer) : outer;
  if (typeof inner === "string") return { message: inner };
  return isRecord(inner) ? inner : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** `error.details.error_code`, the one stable word of an error. */
function codeOf(error: Fields): string {
  return isRecord(error["details"]) ? textOf(error["details"]["error_code"]) : "";
}

function classOf(status: number, type: string, message: string): FailureClass {
  const byType = CLASS_BY_TYPE.get(type);
  // `api_error` is said of anything: a status that says more wins.
  const named = byType === "server_error" ? (listedClassOf(status) ?? byType) : byType;
  const found = named ?? classOfStatus(status);
  if (found !== "invalid_request") return found;
  return CLASS_BY_TEXT.find(([pattern]) => pattern.test(message))?.[1] ?? found;
}
