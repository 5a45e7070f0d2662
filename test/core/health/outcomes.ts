import type { Failure, FailureClass } from "../../../src/core/failure.ts";
import type { AttemptOutcome } from "../../../src/core/health/outcome.ts";

export const OK: AttemptOutcome = { kind: "ok", outputTokens: 100, durationMs: 1_000 };
export const LEFT: AttemptOutcome = { kind: "left" };

export function failureOf(failureClass: FailureClass, differences: Partial<Failure> = {}): Failure {
  const status = failureClass === "rate_limited" ? 429 : 500;
  return { class: failureClass, status, message: "", param: null, code: null, retryAfterSeconds: null, ...differences };
}

export function failed(failureClass: FailureClass = "server_error", differences: Partial<Failure> = {}): AttemptOutcome {
  return { kind: "failed", failure: failureOf(failureClass, differences) };
}
