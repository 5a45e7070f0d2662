import type { Failure, FailureClass } from "../failure.ts";

/** How an attempt ended, as health sees it. A client that left, and a target that lost a race, show nothing that counts against it. */
export type AttemptOutcome =
  | {
      readonly kind: "ok";
      readonly outputTokens: number;
      /** From the beginning of the attempt, or of its output, to its end: what tokens per second are counted over. */
      readonly durationMs: number;
    }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "left" };

/**
 * What a failure says: `throttle` closes the credential at this target for a while, `credential` takes the credential out
 * everywhere, `fail` counts against the target, `none` is the request's own fault or says nothing.
 */
export type HealthEffect = "throttle" | "credential" | "fail" | "none";

const EFFECTS: Readonly<Record<FailureClass, HealthEffect>> = {
  rate_limited: "throttle",
  quota_exhausted: "throttle",
  shed: "throttle",
  evicted: "throttle",
  overloaded: "fail",
  auth: "credential",
  connection: "fail",
  timeout_ttft: "fail",
  timeout_idle: "fail",
  stream_cut: "fail",
  malformed: "fail",
  server_error: "fail",
  invalid_request: "none",
  context_length: "none",
  content_filter: "none",
  empty_completion: "none",
  deadline: "none",
};

/** A status that some providers send for "come back later" (never an outage). */
const SITE_OVERLOADED = 529;

/** What `failure` means for health. An overload that says when to come back is a throttle, any other one is a failure. */
export function effectOf(failure: Failure): HealthEffect {
  const asksToWait = failure.status === SITE_OVERLOADED || failure.retryAfterSeconds !== null;
  return failure.class === "overloaded" && asksToWait ? "throttle" : EFFECTS[failure.class];
}
