const BASE_MS = 100;
const CAP_MS = 2_000;

/**
 * Full jitter: U(0, min(cap, base · 2ⁿ)) milliseconds before the nth repeat (from 0) at a target that was asked before.
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export function backoffMs(repeat: number, draw: number): number {
  return draw * Math.min(CAP_MS, BASE_MS * 2 ** repeat);
}
