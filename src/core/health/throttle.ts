import type { Moment } from "./moment.ts";

/** No wait is longer, whatever is asked. */
export const MAX_WAIT_SECONDS = 300;
/** So that those who were told the same do not come back together. */
const SPREAD = 0.1;
const FIRST_BACK_OFF_SECONDS = 1;
const MAX_BACK_OFF_SECONDS = 30;

/** A wait in milliseconds, up to a tenth longer than was asked. */
export function spreadMs(seconds: number, draw: number): number {
  return seconds * 1_000 * (1 + SPREAD * draw);
}

/** A credential at a target that asked for a pause. Not a failure of either. */
export class Throttle {
  #until = 0;
  /** Back-offs in a row. */
  #backOffs = 0;
  #backedOffAt = -Infinity;

  /** Epoch milliseconds; in the past when it is open. */
  get until(): number {
    return this.#until;
  }

  /**
   * Closes it for as long as was asked; without a usable wait for a second, and longer each time. Returns milliseconds.
   * Attempts that were under way together say the same thing, so `startedAt` tells whether this is news.
   */
  close(retryAfterSeconds: number | null, startedAt: number, { draw, now }: Moment): number {
    const asked = retryAfterSeconds ?? 0;
    const seconds = asked > 0 ? Math.min(MAX_WAIT_SECONDS, asked) : this.#backOff(startedAt, now);
    this.hold(spreadMs(seconds, draw), now);
    return this.#until - now;
  }

  /** Closes it for milliseconds, unless it is closed for longer. */
  hold(forMs: number, now: number): void {
    this.#until = Math.max(this.#until, now + forMs);
  }

  /** A success: the next back-off is a step shorter. */
  relax(startedAt: number): void {
    if (startedAt > this.#backedOffAt && this.#backOffs > 0) this.#backOffs -= 1;
  }

  #backOff(startedAt: number, now: number): number {
    if (startedAt > this.#backedOffAt) {
      this.#backOffs += 1;
      this.#backedOffAt = now;
    }
    return Math.min(MAX_BACK_OFF_SECONDS, FIRST_BACK_OFF_SECONDS * 2 ** (this.#backOffs - 1));
  }
}
