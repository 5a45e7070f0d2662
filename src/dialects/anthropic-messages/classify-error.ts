import type { Failure, FailureClass } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { ErrorResponse } from "../dialect.ts";
import type { Fields } from "./read-fields.ts";

/** Upstream status → class, where the body says nothing better. 4xx not listed here blame the request. */
const CLASS_BY_STATUS: ReadonlyMap<number, FailureClass> = new Map([
  [401, "auth"],
  [402, "quota_exhausted"],
  [403, "auth"],
  [407, "auth"],
  [408, "server_error"],
  [409, "server_error"],
  [425, "server_error"],
  [429, "rate_limited"],
  [503, "overloaded"],
  [529, "overloaded"],
]);

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
  [/credit balance is too low|usage limits?\b.*\bregain access/i, "quota_exhausted"],
];
const BLAMES_REQUEST: ReadonlySet<FailureClass> = new Set(["invalid_request", "context_length", "content_filter"]);
/** The field at fault stands before the first colon: `messages.1.content.0: …`. */
const FIELD = /^([a-z_]+(?:\.[a-z0-9_]+)*): /;
const SAFE_CODE = /^[A-Za-z0-9_.-]{1,64}$/;
/** An upstream's words are relayed up to here; enough for any real message. */
const MESSAGE_CHARACTERS = 2_000;

/** A refusal by status and body. Only what blames the caller's own request keeps the upstream's words. */
export function classifyError(response: ErrorResponse): Failure {
  if (response.status >= 300 && response.status < 400) {
    const message = `The upstream answered with a redirect (${response.status}), which is never followed.`;
    return failureOf(response, "server_error", message);
  }
  return classifyErrorBody(response);
}

/** Also for error objects inside a 200: a body or a stream event. */
export function classifyErrorBody(response: ErrorResponse): Failure {
  const error = readErrorObject(response.body);
  const text = textOf(error["message"]);
  const failureClass = classOf(response.status, textOf(error["type"]), text);
  if (!BLAMES_REQUEST.has(failureClass) || text === "")
    return failureOf(response, failureClass, describe(failureClass, response.status));
  const message = text.slice(0, MESSAGE_CHARACTERS);
  return { ...failureOf(response, failureClass, message), param: FIELD.exec(message)?.[1] ?? null, code: codeOf(error) };
}

function failureOf({ retryAfterSeconds, status }: ErrorResponse, failureClass: FailureClass, message: string): Failure {
  return { class: failureClass, status, message, param: null, code: null, retryAfterSeconds };
}

/** Reads `{type: "error", error: {…}}`, `{error: "text"}`, `{message}`; anything else is an empty description. */
function readErrorObject(body: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = null;
  }
  const outer = Array.isArray(value) ? value[0] : value;
  const inner: unknown = isRecord(outer) ? (outer["error"] ?? outer) : outer;
  if (typeof inner === "string") return { message: inner };
  return isRecord(inner) ? inner : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** `error.details.error_code`, the one stable word of an error. */
function codeOf(error: Fields): string | null {
  const code = isRecord(error["details"]) ? textOf(error["details"]["error_code"]) : "";
  return SAFE_CODE.test(code) ? code : null;
}

function classOf(status: number, type: string, message: string): FailureClass {
  const byType = CLASS_BY_TYPE.get(type);
  // `api_error` is said of anything: a status that says more wins.
  const named = byType === "server_error" ? (CLASS_BY_STATUS.get(status) ?? byType) : byType;
  const found = named ?? classByStatus(status);
  if (found !== "invalid_request") return found;
  return CLASS_BY_TEXT.find(([pattern]) => pattern.test(message))?.[1] ?? found;
}

function classByStatus(status: number): FailureClass {
  const listed = CLASS_BY_STATUS.get(status);
  if (listed !== undefined) return listed;
  if (status >= 400 && status < 500) return "invalid_request";
  return status === 200 || status >= 500 ? "server_error" : "malformed";
}

function describe(failureClass: FailureClass, status: number): string {
  return status === 200
    ? `The upstream reported an error (${failureClass}).`
    : `The upstream answered ${status} (${failureClass}).`;
}
