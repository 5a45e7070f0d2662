import type { Failure, FailureClass } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { ErrorResponse } from "../dialect.ts";

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

/** Upstream `error.code` or `error.type` → class; it wins over the status. */
const CLASS_BY_CODE: ReadonlyMap<string, FailureClass> = new Map([
  ["context_length_exceeded", "context_length"],
  ["string_above_max_length", "context_length"],
  ["content_filter", "content_filter"],
  ["content_policy_violation", "content_filter"],
  ["image_content_policy_violation", "content_filter"],
  ["bio_policy", "content_filter"],
  ["insufficient_quota", "quota_exhausted"],
  ["billing_error", "quota_exhausted"],
  ["billing_hard_limit_reached", "quota_exhausted"],
  ["rate_limit_exceeded", "rate_limited"],
  ["rate_limit_error", "rate_limited"],
  ["overloaded_error", "overloaded"],
  ["server_is_overloaded", "overloaded"],
  ["invalid_api_key", "auth"],
  ["authentication_error", "auth"],
  ["server_error", "server_error"],
  ["api_error", "server_error"],
  ["upstream_error", "server_error"],
]);

/** Codes of an error inside a 200, where no status says so, that blame the request. */
const BLAMING_CODE = /^(?:invalid_(?:request_error|prompt|image|base64)|image_|empty_image|failed_to_download|unsupported_image)/;
const CONTEXT_LENGTH_TEXT = /maximum context length|prompt is too long|context window|too many (?:input )?tokens/i;
const SAFE_CODE = /^[A-Za-z0-9_.-]{1,64}$/;
/** An upstream's words are relayed up to here; enough for any real message. */
const MESSAGE_CHARACTERS = 2_000;

/** A refusal of an OpenAI-like API by status and body. Only what blames the caller's own request keeps the upstream's words. */
export function classifyOpenAiError(response: ErrorResponse): Failure {
  if (response.status >= 300 && response.status < 400) {
    const message = `The upstream answered with a redirect (${response.status}), which is never followed.`;
    return failureOf(response, "server_error", message);
  }
  return classifyOpenAiErrorBody(response);
}

/** Also for error objects inside a 200: a body or a stream event. */
export function classifyOpenAiErrorBody(response: ErrorResponse): Failure {
  const error = readErrorObject(response.body);
  const failureClass = classOf(response.status, error);
  const blamesRequest =
    failureClass === "invalid_request" || failureClass === "context_length" || failureClass === "content_filter";
  const relayed = error.message.slice(0, MESSAGE_CHARACTERS);
  const message = blamesRequest && relayed !== "" ? relayed : describe(failureClass, response.status);
  return {
    ...failureOf(response, failureClass, message),
    param: blamesRequest ? error.param : null,
    code: blamesRequest && SAFE_CODE.test(error.code) ? error.code : null,
  };
}

function failureOf(response: ErrorResponse, failureClass: FailureClass, message: string): Failure {
  const { status, retryAfterSeconds } = response;
  return { class: failureClass, status, message, param: null, code: null, retryAfterSeconds };
}

/** An error as some server words it; empty where it says nothing. */
export interface ErrorObject {
  readonly message: string;
  readonly code: string;
  readonly type: string;
  readonly param: string | null;
}

/** Reads `{error: {...}}`, `{error: "text"}`, `{message}`, `[{error}]`; anything else is an empty description. */
export function readErrorObject(body: string): ErrorObject {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = null;
  }
  const outer = Array.isArray(value) ? value[0] : value;
  const inner = isRecord(outer) && (outer["error"] ?? null) !== null ? outer["error"] : outer;
  if (typeof inner === "string") return { message: inner, code: "", type: "", param: null };
  if (!isRecord(inner)) return { message: "", code: "", type: "", param: null };
  const param = inner["param"];
  return {
    message: text(inner["message"]),
    code: text(inner["code"]),
    type: text(inner["type"]),
    param: typeof param === "string" ? param.slice(0, MESSAGE_CHARACTERS) : null,
  };
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** An error object inside a 200 may name the status it would have been sent with. */
function statusInCode(code: string): number {
  const status = Number(code);
  return Number.isInteger(status) && status >= 400 ? status : 200;
}

function classOf(status: number, error: ErrorObject): FailureClass {
  const named = CLASS_BY_CODE.get(error.code) ?? CLASS_BY_CODE.get(error.type);
  // Backends say `server_error` of anything, of an overload too: a status that says more wins.
  const isVague = named === "server_error" && CLASS_BY_STATUS.has(status);
  if (named !== undefined && !isVague) return named;
  const effective = status === 200 ? statusInCode(error.code) : status;
  return CLASS_BY_STATUS.get(effective) ?? classOfUnlisted(effective, error);
}

function classOfUnlisted(status: number, error: ErrorObject): FailureClass {
  const blames = status === 200 && (BLAMING_CODE.test(error.code) || BLAMING_CODE.test(error.type));
  if (blames || (status >= 400 && status < 500))
    return CONTEXT_LENGTH_TEXT.test(error.message) ? "context_length" : "invalid_request";
  return status === 200 || Math.floor(status / 100) === 5 ? "server_error" : "malformed";
}

function describe(failureClass: FailureClass, status: number): string {
  return status === 200
    ? `The upstream reported an error (${failureClass}).`
    : `The upstream answered ${status} (${failureClass}).`;
}
