import { ERROR_TABLE, type ErrorCode, type FairleadError } from "../../core/errors.ts";
import type { Failure, FailureClass } from "../../core/failure.ts";
import type { EncodedError } from "../dialect.ts";

/** Codes whose type the status does not say. */
const TYPE_BY_CODE: Readonly<Partial<Record<ErrorCode, string>>> = {
  insufficient_quota: "billing_error",
  upstream_timeout: "timeout_error",
  stream_interrupted: "api_error",
};

const TYPE_BY_STATUS: ReadonlyMap<number, string> = new Map([
  [401, "authentication_error"],
  [403, "permission_error"],
  [404, "not_found_error"],
  [413, "request_too_large"],
  [429, "rate_limit_error"],
  [503, "overloaded_error"],
  [504, "timeout_error"],
]);

/** Types with a status of their own. */
const STATUS_BY_TYPE: ReadonlyMap<string, number> = new Map([
  ["billing_error", 402],
  ["overloaded_error", 529],
]);

/** What a failure upstream is called; our own credential and quota there are no business of the caller's. */
const TYPE_BY_CLASS: Readonly<Record<FailureClass, string>> = {
  rate_limited: "rate_limit_error",
  overloaded: "overloaded_error",
  shed: "overloaded_error",
  context_length: "invalid_request_error",
  content_filter: "invalid_request_error",
  invalid_request: "invalid_request_error",
  timeout_ttft: "timeout_error",
  timeout_idle: "timeout_error",
  deadline: "timeout_error",
  auth: "api_error",
  quota_exhausted: "api_error",
  connection: "api_error",
  stream_cut: "api_error",
  malformed: "api_error",
  empty_completion: "api_error",
  evicted: "api_error",
  server_error: "api_error",
};

/** Clients shorten the conversation and try again where a message says this. */
const TOO_LONG = "prompt is too long";

/** @see https://docs.anthropic.com/en/api/errors */
export function encodeError(error: FairleadError, requestId: string): EncodedError {
  const type = typeOf(error.code);
  const status = STATUS_BY_TYPE.get(type) ?? ERROR_TABLE[error.code].status;
  return { status, body: bodyOf(error, requestId), headers: { "request-id": requestId } };
}

/** One error event. SDKs raise at it; no `message_stop` follows. */
export function encodeErrorEvent(error: FairleadError, requestId: string): string {
  return eventOf(bodyOf(error, requestId));
}

/** The same for a failure noticed in a stream that has begun. */
export function encodeFailureEvent({ class: failureClass, message }: Failure): string {
  const said = failureClass === "context_length" ? tooLong(message) : message;
  return eventOf(
    JSON.stringify({ type: "error", error: { type: TYPE_BY_CLASS[failureClass], message: said }, request_id: null }),
  );
}

function eventOf(body: string): string {
  return `event: error\ndata: ${body}\n\n`;
}

function bodyOf(error: FairleadError, requestId: string): string {
  const message = error.code === "context_length_exceeded" ? tooLong(error.message) : error.message;
  const details = { error_code: error.upstreamCode ?? error.code, ...(error.param === null ? {} : { param: error.param }) };
  return JSON.stringify({ type: "error", error: { type: typeOf(error.code), message, details }, request_id: requestId });
}

function tooLong(message: string): string {
  return message.toLowerCase().includes(TOO_LONG) ? message : `${TOO_LONG}: ${message}`;
}

function typeOf(code: ErrorCode): string {
  const { status } = ERROR_TABLE[code];
  return (
    TYPE_BY_CODE[code] ?? TYPE_BY_STATUS.get(status) ?? (status >= 500 && status !== 508 ? "api_error" : "invalid_request_error")
  );
}
