import { ejectionMs, nextRound } from "./ejection-time.ts";
import type { Moment } from "./moment.ts";

/** What may be sent to a target: everything, nothing, or a probe that was allowed. */
export type Standing = "ready" | "ejected" | "probing";

/** Good probes in a row that admit a target again. */
export const PROOF = 3;
const EJECTION = { baseMs: 10_000, capMs: 300_000 };
/** A target is in or out of rotation for at least as long: what flaps faster is followed no faster. */
const DWELL_MS = 10_000;
const SLOW_START_MS = 30_000;
const SLOW_START_FLOOR = 0.1;
/** Share of a target whose ejection is decided and waits for the dwell: enough to hear of it when it recovers. */
const LEAVING_SHARE = 0.01;

/**
 * Whether a target is in rotation: ejected for a time that doubles, then probed, then admitted again with a growing share.
 * Decisions count at once as evidence goes; the rotation follows at the earliest ten seconds after its last change.
 */
export class Rotation {
  #isOut = false;
  /** When the decision takes effect: perhaps in the future. */
  #changesAt = -Infinity;
  #decidedAt = -Infinity;
  #until = 0;
  #round = 0;

  /** What was decided last, whether or not it has taken effect. */
  get isOut(): boolean {
    return this.#isOut;
  }

  /** Attempts that began before, or at, this time say nothing of what was decided then. */
  get decidedAt(): number {
    return this.#decidedAt;
  }

  /** End of the ejection: attempts that begin from then on are probes. */
  get until(): number {
    return this.#until;
  }

  /** Ejections in a row, the present one included. */
  get round(): number {
    return this.#round;
  }

  standing(now: number): Standing {
    // A decision that has not taken effect leaves things as they were.
    if (this.#isOut !== now >= this.#changesAt) return "ready";
    return this.#isOut && now >= this.#until ? "probing" : "ejected";
  }

  /** The share of its usual traffic that the target should get, in (0, 1]: it grows for half a minute after an ejection. */
  share(now: number): number {
    if (this.#isOut) return now < this.#changesAt ? LEAVING_SHARE : SLOW_START_FLOOR;
    const grown = Math.max(0, (now - this.#changesAt) / SLOW_START_MS);
    return Math.min(1, SLOW_START_FLOOR + (1 - SLOW_START_FLOOR) * grown);
  }

  /** Takes it out, or a probe having failed, out again for longer. Returns milliseconds until it is probed. */
  eject({ draw, now }: Moment): number {
    this.#round = nextRound(this.#round, this.#isOut ? 0 : now - this.#changesAt);
    const forMs = Math.round(ejectionMs(EJECTION, this.#round) * (0.8 + 0.4 * draw));
    this.#decide(true, now);
    this.#until = Math.max(now, this.#changesAt) + forMs;
    return this.#until - now;
  }

  /** Takes it out because others say so, for as long as they say. */
  adopt({ forMs, now, round }: { readonly forMs: number; readonly now: number; readonly round: number }): void {
    this.#decide(true, now);
    this.#round = round;
    this.#until = now + forMs;
  }

  readmit(now: number): void {
    this.#decide(false, now);
  }

  #decide(isOut: boolean, now: number): void {
    this.#decidedAt = now;
    if (isOut === this.#isOut) return;
    this.#isOut = isOut;
    // One that has not taken effect is taken back: the last change is then the one before.
    if (now < this.#changesAt) this.#changesAt -= DWELL_MS;
    else this.#changesAt = Math.max(now, this.#changesAt + DWELL_MS);
  }
}
