import type { Failure, FailureClass } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { classOfStatus, failureOfRefusal, parseErrorBody, redirectFailure } from "../canonical/refusal.ts";
import type { ErrorResponse } from "../dialect.ts";

/**
 * Exception → class, names in lower case: headers, frames and bodies write them in different ones.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
 */
const CLASS_BY_EXCEPTION: ReadonlyMap<string, FailureClass> = new Map([
  ["throttlingexception", "rate_limited"],
  ["toomanyrequestsexception", "rate_limited"],
  ["servicequotaexceededexception", "quota_exhausted"],
  ["modelnotreadyexception", "overloaded"],
  ["serviceunavailableexception", "overloaded"],
  ["serviceunavailable", "overloaded"],
  ["internalserverexception", "server_error"],
  ["internalfailure", "server_error"],
  ["modelstreamerrorexception", "server_error"],
  ["modelerrorexception", "server_error"],
  ["modeltimeoutexception", "server_error"],
  ["accessdeniedexception", "auth"],
  ["unrecognizedclientexception", "auth"],
  ["invalidsignatureexception", "auth"],
  ["incompletesignatureexception", "auth"],
  ["missingauthenticationtokenexception", "auth"],
  ["expiredtokenexception", "auth"],
  ["resourcenotfoundexception", "invalid_request"],
  ["validationexception", "invalid_request"],
]);
/** The status of `ModelErrorException`, which blames the model. */
const MODEL_FAILED = 424;
const CONTEXT_LENGTH_TEXT =
  /(?:input|prompt|request) is too long|context (?:length|window|limit)|too many (?:input )?tokens|maximum (?:number of )?(?:input )?tokens/i;

/** What was told of a failure, in a header, a body or a frame of a stream. */
export interface ToldException {
  /** As it came: `ThrottlingException:http://…`, `com.amazon.coral.service#AccessDeniedException`. */
  readonly type: string;
  readonly message: string;
  readonly status: number;
  readonly retryAfterSeconds: number | null;
}

/** A refusal by status, `x-amzn-errortype` and body. Only what blames the caller's own request keeps the upstream's words. */
export function classifyError(response: ErrorResponse): Failure {
  const redirect = redirectFailure(response);
  if (redirect !== null) return redirect;
  const { retryAfterSeconds, status } = response;
  const body = readErrorBody(response.body);
  return classifyException({ type: response.errorType ?? body.type, message: body.message, status, retryAfterSeconds });
}

/** The same for an exception inside a stream, whose status is 200. */
export function classifyException(told: ToldException): Failure {
  const { message, status, type } = told;
  const code = bareName(type);
  return failureOfRefusal(told, classOf(code, status, message), { message, param: null, code });
}

function readErrorBody(body: string): { readonly type: string; readonly message: string } {
  const value = parseErrorBody(body);
  if (!isRecord(value)) return { type: "", message: "" };
  return { type: text(value["__type"]), message: text(value["message"] ?? value["Message"]) };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** `ns#ThrottlingException:http://internal.amazon.com/` → `ThrottlingException`. */
function bareName(type: string): string {
  const [beforeColon = ""] = type.split(":");
  return beforeColon.slice(beforeColon.lastIndexOf("#") + 1).trim();
}

function classOf(name: string, status: number, message: string): FailureClass {
  const found = CLASS_BY_EXCEPTION.get(name.toLowerCase()) ?? (status === MODEL_FAILED ? "server_error" : classOfStatus(status));
  return found === "invalid_request" && CONTEXT_LENGTH_TEXT.test(message) ? "context_length" : found;
}
