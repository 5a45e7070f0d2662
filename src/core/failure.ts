/** Why one attempt at one target gave no answer. Policy speaks these words, never status codes. */
export const FAILURE_CLASSES = [
  "rate_limited",
  "overloaded",
  "auth",
  "quota_exhausted",
  "context_length",
  "content_filter",
  "invalid_request",
  "timeout_ttft",
  "timeout_idle",
  "deadline",
  "connection",
  "stream_cut",
  "malformed",
  "empty_completion",
  "shed",
  "evicted",
  "server_error",
] as const;

export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** A failed attempt, as a value: the caller decides whether another target is asked. */
export interface Failure {
  readonly class: FailureClass;
  /** Upstream HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Safe to show to the caller: never an upstream body verbatim where it could hold our credential. */
  readonly message: string;
  /** The request field the upstream blamed, if it named one. */
  readonly param: string | null;
  /** The upstream's own error code, kept only where it blames the caller's request. */
  readonly code: string | null;
  /** Seconds the upstream asked us to wait, clamped to [0, 300]; null when it said nothing usable. */
  readonly retryAfterSeconds: number | null;
}
