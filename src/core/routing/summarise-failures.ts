import { FairleadError, type ErrorCode } from "../errors.ts";
import type { Failure, FailureClass } from "../failure.ts";

/** One attempt that failed: `provider/model` and why. */
export interface FailedAttempt {
  readonly target: string;
  readonly failure: Failure;
}

const TIMEOUTS: ReadonlySet<FailureClass> = new Set(["timeout_ttft", "timeout_idle", "deadline"]);
/** 4xx of the upstream that blame the request keep their status. */
const CODE_BY_STATUS: ReadonlyMap<number, ErrorCode> = new Map([
  [404, "upstream_not_found"],
  [413, "upstream_too_large"],
  [422, "upstream_unprocessable"],
]);
const REQUEST_CODES: Readonly<Partial<Record<FailureClass, ErrorCode>>> = {
  context_length: "context_length_exceeded",
  content_filter: "content_filter",
};

/** What the caller is told when no target answered: the request's own fault, or every attempt with its class. */
export function summariseFailures(failed: readonly FailedAttempt[], attempts: number): FairleadError {
  const headers = { "x-fairlead-attempts": String(attempts) };
  const last = failed.at(-1)?.failure;
  if (last === undefined) return new FairleadError("no_target_available", "No target of this route can be used.", { headers });
  if (last.class === "invalid_request" || REQUEST_CODES[last.class] !== undefined) return blameRequest(last, headers);
  const story = failed.map(
    ({ target, failure }) => `${target}: ${failure.class}${failure.status >= 300 ? ` (${failure.status})` : ""}`,
  );
  const asked =
    attempts === 0 ? "No target could be asked" : `No target answered after ${attempts} attempt${attempts === 1 ? "" : "s"}`;
  const message = `${asked}. ${story.join("; ")}.`;
  const wait = smallestWait(failed);
  return new FairleadError(codeOf(failed), message, {
    headers,
    attemptsSpent: attempts > 0,
    ...(wait === null ? {} : { retryAfterSeconds: wait }),
  });
}

function blameRequest(failure: Failure, headers: Readonly<Record<string, string>>): FairleadError {
  const code = REQUEST_CODES[failure.class] ?? CODE_BY_STATUS.get(failure.status) ?? "upstream_invalid_request";
  return new FairleadError(code, failure.message, {
    headers,
    attemptsSpent: true,
    ...(failure.param === null ? {} : { param: failure.param }),
    ...(failure.code === null ? {} : { upstreamCode: failure.code }),
  });
}

function codeOf(failed: readonly FailedAttempt[]): ErrorCode {
  const every = (test: (failureClass: FailureClass) => boolean): boolean => failed.every(({ failure }) => test(failure.class));
  if (every((failureClass) => failureClass === "auth")) return "upstream_credentials_exhausted";
  if (every((failureClass) => failureClass === "quota_exhausted")) return "insufficient_quota";
  if (every((failureClass) => failureClass === "rate_limited" || failureClass === "quota_exhausted"))
    return "rate_limit_exceeded";
  if (every((failureClass) => failureClass === "overloaded" || failureClass === "shed")) return "server_is_overloaded";
  if (every((failureClass) => TIMEOUTS.has(failureClass))) return "upstream_timeout";
  return "upstream_failed";
}

function smallestWait(failed: readonly FailedAttempt[]): number | null {
  const waits = failed.map(({ failure }) => failure.retryAfterSeconds).filter((wait) => wait !== null);
  return waits.length === 0 ? null : Math.min(...waits);
}
