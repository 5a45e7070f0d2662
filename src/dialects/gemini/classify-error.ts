import type { Failure, FailureClass } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
import type { ErrorResponse } from "../dialect.ts";

/** `google.rpc.Code` by name → class; it says more than the HTTP status. */
const CLASS_BY_CODE: ReadonlyMap<string, FailureClass> = new Map([
  ["UNAUTHENTICATED", "auth"],
  ["PERMISSION_DENIED", "auth"],
  // Where this API says it, the account or its place is not served, whatever is asked.
  ["FAILED_PRECONDITION", "auth"],
  ["RESOURCE_EXHAUSTED", "rate_limited"],
  ["UNAVAILABLE", "overloaded"],
  ["DEADLINE_EXCEEDED", "server_error"],
  ["INTERNAL", "server_error"],
  ["UNKNOWN", "server_error"],
  ["DATA_LOSS", "server_error"],
  ["ABORTED", "server_error"],
  ["CANCELLED", "server_error"],
  ["INVALID_ARGUMENT", "invalid_request"],
  ["OUT_OF_RANGE", "invalid_request"],
  ["NOT_FOUND", "invalid_request"],
  ["ALREADY_EXISTS", "invalid_request"],
  ["UNIMPLEMENTED", "invalid_request"],
]);
const CLASS_BY_STATUS: ReadonlyMap<number, FailureClass> = new Map([
  [401, "auth"],
  [402, "quota_exhausted"],
  [403, "auth"],
  [407, "auth"],
  [408, "server_error"],
  [409, "server_error"],
  [425, "server_error"],
  [429, "rate_limited"],
  [499, "server_error"],
  [503, "overloaded"],
  [529, "overloaded"],
]);
const CONTEXT_LENGTH_TEXT =
  /exceeds the maximum number of (?:input )?tokens|input token count.{0,40}exceeds|context (?:length|window)/i;
const SPENT_TEXT = /credits are depleted|prepay|spending cap|billing account/i;
/** An upstream's words are relayed up to here; enough for any real message. */
const MESSAGE_CHARACTERS = 2_000;
const SAFE_CODE = /^[A-Z_]{1,64}$/;
const MOST_SECONDS = 300;

interface ErrorObject {
  readonly message: string;
  readonly code: string;
  readonly status: number;
  readonly details: readonly Readonly<Record<string, unknown>>[];
}

/** A refusal by status and body. Only what blames the caller's own request keeps the upstream's words. */
export function classifyError(response: ErrorResponse): Failure {
  const { status } = response;
  if (status >= 300 && status < 400) {
    const message = `The upstream answered with a redirect (${status}), which is never followed.`;
    return failure(response, "server_error", message);
  }
  return classifyErrorBody(response);
}

/**
 * Also for error objects inside a 200: a body or a stream event. The object may stand in an array.
 * @see https://google.aip.dev/193
 */
export function classifyErrorBody(response: ErrorResponse): Failure {
  const error = readErrorObject(response.body);
  const failureClass = classOf(response.status, error);
  const blamesRequest = failureClass === "invalid_request" || failureClass === "context_length";
  const relayed = error.message.slice(0, MESSAGE_CHARACTERS);
  const message = blamesRequest && relayed !== "" ? relayed : describe(failureClass, response.status);
  return {
    ...failure(response, failureClass, message),
    param: blamesRequest ? readField(error) : null,
    code: blamesRequest && SAFE_CODE.test(error.code) ? error.code : null,
    retryAfterSeconds: response.retryAfterSeconds ?? readRetryDelay(error),
  };
}

function failure(response: ErrorResponse, failureClass: FailureClass, message: string): Failure {
  const { retryAfterSeconds, status } = response;
  return { class: failureClass, status, message, param: null, code: null, retryAfterSeconds };
}

function readErrorObject(body: string): ErrorObject {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = null;
  }
  const outer: unknown = Array.isArray(value) ? value[0] : value;
  const error = isRecord(outer) ? outer["error"] : null;
  if (!isRecord(error)) return { message: typeof error === "string" ? error : "", code: "", status: 0, details: [] };
  const { code, details, message, status } = error;
  return {
    message: typeof message === "string" ? message : "",
    code: typeof status === "string" ? status : "",
    status: typeof code === "number" ? code : 0,
    details: Array.isArray(details) ? details.filter(isRecord) : [],
  };
}

function classOf(status: number, error: ErrorObject): FailureClass {
  if (reasonOf(error).startsWith("API_KEY")) return "auth";
  const named = namedClass(status === 200 ? error.status : status, error.code);
  switch (named) {
    case "rate_limited":
      return isSpent(error) ? "quota_exhausted" : named;
    case "invalid_request":
      return CONTEXT_LENGTH_TEXT.test(error.message) ? "context_length" : named;
    default:
      return named ?? (status === 200 ? "server_error" : "malformed");
  }
}

/** By the name of the code, else by the status; null for a status that is no refusal. */
function namedClass(status: number, code: string): FailureClass | null {
  const listed = CLASS_BY_CODE.get(code) ?? CLASS_BY_STATUS.get(status);
  if (listed !== undefined) return listed;
  const hundreds = Math.floor(status / 100);
  if (hundreds === 4) return "invalid_request";
  return hundreds === 5 ? "server_error" : null;
}

function detailOf({ details }: ErrorObject, type: string): Readonly<Record<string, unknown>> {
  return details.find((detail) => detail["@type"] === `type.googleapis.com/google.rpc.${type}`) ?? {};
}

function reasonOf(error: ErrorObject): string {
  const { reason } = detailOf(error, "ErrorInfo");
  return typeof reason === "string" ? reason : "";
}

/** A quota of the day, or money: waiting a minute does not help. */
function isSpent(error: ErrorObject): boolean {
  const { violations } = detailOf(error, "QuotaFailure");
  const isDaily = Array.isArray(violations) && violations.some((one) => isRecord(one) && /PerDay/.test(String(one["quotaId"])));
  return isDaily || SPENT_TEXT.test(error.message);
}

function readField(error: ErrorObject): string | null {
  const { fieldViolations } = detailOf(error, "BadRequest");
  const first: unknown = Array.isArray(fieldViolations) ? fieldViolations[0] : null;
  const field = isRecord(first) ? first["field"] : null;
  return typeof field === "string" && field !== "" ? field.slice(0, MESSAGE_CHARACTERS) : null;
}

/** `RetryInfo`, a duration in the form `34.4s`, in whole seconds. */
function readRetryDelay(error: ErrorObject): number | null {
  const { retryDelay } = detailOf(error, "RetryInfo");
  const seconds = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(typeof retryDelay === "string" ? retryDelay : "")?.[1];
  return seconds === undefined ? null : Math.min(MOST_SECONDS, Math.ceil(Number(seconds)));
}

function describe(failureClass: FailureClass, status: number): string {
  return status === 200
    ? `The upstream reported an error (${failureClass}).`
    : `The upstream answered ${status} (${failureClass}).`;
}
