import { ERROR_TABLE, type FairleadError } from "../../core/errors.ts";
import type { Failure, FailureClass } from "../../core/failure.ts";
import type { EncodedError } from "../dialect.ts";

/** HTTP status → `google.rpc.Code`; every other 4xx blames an argument, every other 5xx is internal. */
const CODE_BY_STATUS: ReadonlyMap<number, string> = new Map([
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "NOT_FOUND"],
  [408, "DEADLINE_EXCEEDED"],
  [429, "RESOURCE_EXHAUSTED"],
  [503, "UNAVAILABLE"],
  [504, "DEADLINE_EXCEEDED"],
]);

const STATUS_BY_CLASS: Readonly<Record<FailureClass, number>> = {
  rate_limited: 429,
  quota_exhausted: 429,
  overloaded: 503,
  shed: 503,
  evicted: 503,
  auth: 502,
  context_length: 400,
  content_filter: 400,
  invalid_request: 400,
  timeout_ttft: 504,
  timeout_idle: 504,
  deadline: 504,
  connection: 502,
  stream_cut: 502,
  malformed: 502,
  empty_completion: 502,
  server_error: 500,
};

/** Google's error envelope; our own code is the `reason` of its `ErrorInfo`. @see https://google.aip.dev/193 */
export function encodeError(error: FairleadError, requestId: string): EncodedError {
  return { status: ERROR_TABLE[error.code].status, body: JSON.stringify(envelope(error, requestId)), headers: {} };
}

/** One error event: SDKs raise at an object that has an `error`. */
export function encodeErrorEvent(error: FairleadError, requestId: string): string {
  return `data: ${JSON.stringify(envelope(error, requestId))}\n\n`;
}

/** The error object of a stream that failed. */
export function failureObject({ class: failureClass, message }: Failure): unknown {
  const code = STATUS_BY_CLASS[failureClass];
  return { error: { code, message, status: codeOf(code) } };
}

function envelope(error: FairleadError, requestId: string): unknown {
  const { status } = ERROR_TABLE[error.code];
  return { error: { code: status, message: error.message, status: codeOf(status), details: detailsOf(error, requestId) } };
}

function codeOf(status: number): string {
  return CODE_BY_STATUS.get(status) ?? (status < 500 ? "INVALID_ARGUMENT" : "INTERNAL");
}

function detailsOf(
  { code, message, param, retryAfterSeconds, upstreamCode }: FairleadError,
  requestId: string,
): readonly unknown[] {
  const reason = (upstreamCode ?? code).toUpperCase();
  return [
    { "@type": typeOf("ErrorInfo"), reason, domain: "fairlead", metadata: { requestId } },
    ...(param === null ? [] : [{ "@type": typeOf("BadRequest"), fieldViolations: [{ field: param, description: message }] }]),
    ...(retryAfterSeconds === null ? [] : [{ "@type": typeOf("RetryInfo"), retryDelay: `${retryAfterSeconds}s` }]),
  ];
}

function typeOf(name: string): string {
  return `type.googleapis.com/google.rpc.${name}`;
}
