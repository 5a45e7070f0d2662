import type { Failure, FailureClass } from "../../src/core/failure.ts";
import type { NextAttempt } from "../../src/core/routing/attempt-sequence.ts";
import type { HealthAttempt } from "../../src/ports/health.ts";
import type { Isolate } from "./isolate.ts";
import type { Reaction } from "./upstream.ts";

/** One attempt at one target, as `ask-target.ts` makes it. */
export interface Exchange {
  readonly isolate: Isolate;
  readonly at: NextAttempt;
  /** Indices, as the upstream knows them. */
  readonly target: number;
  readonly credential: number;
  readonly health: HealthAttempt;
  readonly reaction: Reaction;
  /** True time. */
  readonly begunAt: number;
  /** Targets out of rotation that could be asked in panic when it began. */
  readonly panic: ReadonlySet<string>;
  /** It was allowed by a permit to probe. */
  readonly isProbe: boolean;
  /** `open` until it has content or has failed; `over` once its end is booked. */
  state: "open" | "content" | "over";
}

/** A failed attempt, of which only class, status and wait matter here. */
export function toFailure(failureClass: FailureClass, status = 0, retryAfterSeconds: number | null = null): Failure {
  return { class: failureClass, status, message: "", param: null, code: null, retryAfterSeconds };
}
