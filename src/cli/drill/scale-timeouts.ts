import type { CompiledTimeouts } from "../../core/policy/compiled.ts";

/** What a second target takes that answers late and in time, as a share of the time to first content. */
const LATE_SHARE = 0.6;
/** Long enough that a busy machine does not miss it. */
const TTFT_MS = 500;
/** Of an answer that is not streamed: the time that each attempt gets. */
const ATTEMPT_MS = 300;

/** Limits of a drilled request, milliseconds. */
export interface ScaledTimeouts {
  readonly timeouts: CompiledTimeouts;
  /** When an answer comes that follows one that never came. */
  readonly lateMs: number;
}

/**
 * A rule's limits in proportion, so small that a drill takes seconds. A total that leaves every attempt twice its time to
 * first content bounds nothing, however long it is: it is not made longer than that.
 */
export function scaleTimeouts({ totalMs, ttftMs }: CompiledTimeouts, maxAttempts: number, stream: boolean): ScaledTimeouts {
  if (!stream) {
    const total = ATTEMPT_MS * (maxAttempts + 1);
    return { timeouts: { ttftMs: total, idleMs: total, totalMs: total }, lateMs: 0 };
  }
  const total = Math.round(Math.min((TTFT_MS * totalMs) / ttftMs, TTFT_MS * 2 * (maxAttempts + 1)));
  return { timeouts: { ttftMs: TTFT_MS, idleMs: total, totalMs: total }, lateMs: TTFT_MS * LATE_SHARE };
}
