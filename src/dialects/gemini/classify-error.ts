import type { Failure, FailureClass } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { classOfStatus, failureOfRefusal, parseErrorBody, redirectFailure } from "../canonical/refusal.ts";
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
const CODE_NAME = /^[A-Z_]+$/;
const CONTEXT_LENGTH_TEXT =
  /exceeds the maximum number of (?:input )?tokens|input token count.{0,40}exceeds|context (?:length|window)/i;
const SPENT_TEXT = /credits are depleted|prepay|spending cap|billing account/i;
/** The status of `CANCELLED`, which blames no request. */
const CANCELLED = 499;
const MOST_SECONDS = 300;

interface ErrorObject {
  readonly message: string;
  readonly code: string;
  readonly status: number;
  readonly details: readonly Readonly<Record<string, unknown>>[];
}

/** A refusal by status and body. Only what blames the caller's own request keeps the upstream's words. */
export function classifyError(response: ErrorResponse): Failure {
  return redirectFailure(response) ?? classifyErrorBody(response);
}

/**
 * Also for error objects inside a 200: a body or a stream event. The object may stand in an array.
 * @see https://google.aip.dev/193
 */
export function classifyErrorBody(response: ErrorResponse): Failure {
  const error = readErrorObject(response.body);
  const retryAfterSeconds = response.retryAfterSeconds ?? readRetryDelay(error);
  const words = { message: error.message, param: readField(error), code: error.code };
  return failureOfRefusal({ status: response.status, retryAfterSeconds }, classOf(response.status, error), words);
}

function readErrorObject(body: string): ErrorObject {
  const outer = parseErrorBody(body);
  const error = isRecord(outer) ? outer["error"] : null;
  if (!isRecord(error)) return { message: typeof error === "string" ? error : "", code: "", status: 0, details: [] };
  const { code, details, message, status } = error;
  return {
    message: typeof message === "string" ? message : "",
    code: typeof status === "string" && CODE_NAME.test(status) ? status : "",
    status: typeof code === "number" ? code : 0,
    details: Array.isArray(details) ? details.filter(isRecord) : [],
  };
}

function classOf(status: number, error: ErrorObject): FailureClass {
  if (reasonOf(error).startsWith("API_KEY")) return "auth";
  const found = CLASS_BY_CODE.get(error.code) ?? classOfRpc(status === 200 ? error.status : status);
  if (found === "rate_limited") return isSpent(error) ? "quota_exhausted" : found;
  if (found === "invalid_request") return CONTEXT_LENGTH_TEXT.test(error.message) ? "context_length" : found;
  return found === "malformed" && status === 200 ? "server_error" : found;
}

function classOfRpc(status: number): FailureClass {
  return status === CANCELLED ? "server_error" : classOfStatus(status);
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
  return typeof field === "string" && field !== "" ? field : null;
}

/** `RetryInfo`, a duration in the form `34.4s`, in whole seconds. */
function readRetryDelay(error: ErrorObject): number | null {
  const { retryDelay } = detailOf(error, "RetryInfo");
  const seconds = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(typeof retryDelay === "string" ? retryDelay : "")?.[1];
  return seconds === undefined ? null : Math.min(MOST_SECONDS, Math.ceil(Number(seconds)));
}
