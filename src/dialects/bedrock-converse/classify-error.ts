import type { Failure, FailureClass } from "../../core/failure.ts";
import { isRecord } from "../../core/json/is-record.ts";
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

/** Status → class, where no exception is named. 4xx not listed here blame the request. */
const CLASS_BY_STATUS: ReadonlyMap<number, FailureClass> = new Map([
  [401, "auth"],
  [402, "quota_exhausted"],
  [403, "auth"],
  [407, "auth"],
  [408, "server_error"],
  [409, "server_error"],
  [424, "server_error"],
  [425, "server_error"],
  [429, "rate_limited"],
  [503, "overloaded"],
  [529, "overloaded"],
]);

const CONTEXT_LENGTH_TEXT =
  /(?:input|prompt|request) is too long|context (?:length|window|limit)|too many (?:input )?tokens|maximum (?:number of )?(?:input )?tokens/i;
const SAFE_CODE = /^[A-Za-z0-9_.-]{1,64}$/;
/** An upstream's words are relayed up to here; enough for any real message. */
const MESSAGE_CHARACTERS = 2_000;

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
  const { retryAfterSeconds, status } = response;
  if (status >= 300 && status < 400) {
    const message = `The upstream answered with a redirect (${status}), which is never followed.`;
    return { class: "server_error", status, message, param: null, code: null, retryAfterSeconds };
  }
  const body = readErrorBody(response.body);
  return classifyException({ type: response.errorType ?? body.type, message: body.message, status, retryAfterSeconds });
}

/** The same for an exception inside a stream, whose status is 200. */
export function classifyException({ message, retryAfterSeconds, status, type }: ToldException): Failure {
  const name = bareName(type);
  const failureClass = classOf(name, status, message);
  const blamesRequest = failureClass === "invalid_request" || failureClass === "context_length";
  const relayed = message.slice(0, MESSAGE_CHARACTERS);
  return {
    class: failureClass,
    status,
    message: blamesRequest && relayed !== "" ? relayed : describe(failureClass, status),
    param: null,
    code: blamesRequest && SAFE_CODE.test(name) ? name : null,
    retryAfterSeconds,
  };
}

function readErrorBody(body: string): { readonly type: string; readonly message: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = null;
  }
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
  const found = CLASS_BY_EXCEPTION.get(name.toLowerCase()) ?? classOfStatus(status);
  return found === "invalid_request" && CONTEXT_LENGTH_TEXT.test(message) ? "context_length" : found;
}

function classOfStatus(status: number): FailureClass {
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
