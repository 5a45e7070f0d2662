import type { Failure, FailureClass } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { ErrorResponse } from "../dialect.ts";
import { classOfStatus, failureOfRefusal, listedClassOf, parseErrorBody, redirectFailure } from "./refusal.ts";

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

/** A refusal of an OpenAI-like API by status and body. Only what blames the caller's own request keeps the upstream's words. */
export function classifyOpenAiError(response: ErrorResponse): Failure {
  return redirectFailure(response) ?? classifyOpenAiErrorBody(response);
}

/** Also for error objects inside a 200: a body or a stream event. */
export function classifyOpenAiErrorBody(response: ErrorResponse): Failure {
  const error = readErrorObject(response.body);
  return failureOfRefusal(response, classOf(response.status, error), error);
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
  const outer = parseErrorBody(body);
  const inner = isRecord(outer) && (outer["error"] ?? null) !== null ? outer["error"] : outer;
  if (typeof inner === "string") return { message: inner, code: "", type: "", param: null };
  if (!isRecord(inner)) return { message: "", code: "", type: "", param: null };
  const param = inner["param"];
  return {
    message: text(inner["message"]),
    code: text(inner["code"]),
    type: text(inner["type"]),
    param: typeof param === "string" ? param : null,
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
  const isVague = named === "server_error" && listedClassOf(status) !== undefined;
  if (named !== undefined && !isVague) return named;
  const effective = status === 200 ? statusInCode(error.code) : status;
  const blames = effective === 200 && (BLAMING_CODE.test(error.code) || BLAMING_CODE.test(error.type));
  const found = blames ? "invalid_request" : classOfStatus(effective);
  return found === "invalid_request" && CONTEXT_LENGTH_TEXT.test(error.message) ? "context_length" : found;
}
