import type { Failure, FailureClass } from "../../core/failure.ts";
import type { ErrorResponse } from "../dialect.ts";

/** Statuses that say more than their hundred does. */
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
const BLAMES_REQUEST: ReadonlySet<FailureClass> = new Set(["invalid_request", "context_length", "content_filter"]);
const SAFE_CODE = /^[A-Za-z0-9_.-]{1,64}$/;
/** An upstream's words are relayed up to here; enough for any real message. */
const WORDS_CHARACTERS = 2_000;

/** What a status says by itself, where the body says nothing better; undefined where only its hundred says something. */
export function listedClassOf(status: number): FailureClass | undefined {
  return CLASS_BY_STATUS.get(status);
}

/** What a status says: 4xx that are not listed blame the request, and a 200 that holds an error blames the server. */
export function classOfStatus(status: number): FailureClass {
  const listed = CLASS_BY_STATUS.get(status);
  if (listed !== undefined) return listed;
  if (status >= 400 && status < 500) return "invalid_request";
  return status === 200 || Math.floor(status / 100) === 5 ? "server_error" : "malformed";
}

/** A redirect, which is never followed; null for every other status. */
export function redirectFailure({ retryAfterSeconds, status }: ErrorResponse): Failure | null {
  if (status < 300 || status >= 400) return null;
  const message = `The upstream answered with a redirect (${status}), which is never followed.`;
  return { class: "server_error", status, message, param: null, code: null, retryAfterSeconds };
}

/** The JSON of an error body, of which some servers send a list; null for what is none. */
export function parseErrorBody(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value[0] : value;
  } catch {
    return null;
  }
}

/** What an upstream said of its refusal; empty and null where it said nothing. */
export interface RefusalWords {
  readonly message: string;
  readonly param: string | null;
  readonly code: string;
}

/** A refusal as a failure. Only what blames the caller's own request keeps the upstream's words: others may hold secrets. */
export function failureOfRefusal(
  { retryAfterSeconds, status }: Pick<ErrorResponse, "status" | "retryAfterSeconds">,
  failureClass: FailureClass,
  { code, message, param }: RefusalWords,
): Failure {
  if (!BLAMES_REQUEST.has(failureClass))
    return { class: failureClass, status, message: describe(failureClass, status), param: null, code: null, retryAfterSeconds };
  return {
    class: failureClass,
    status,
    message: message === "" ? describe(failureClass, status) : message.slice(0, WORDS_CHARACTERS),
    param: param === null ? null : param.slice(0, WORDS_CHARACTERS),
    code: SAFE_CODE.test(code) ? code : null,
    retryAfterSeconds,
  };
}

function describe(failureClass: FailureClass, status: number): string {
  return status === 200
    ? `The upstream reported an error (${failureClass}).`
    : `The upstream answered ${status} (${failureClass}).`;
}
