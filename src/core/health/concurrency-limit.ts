/** Who may use how much of a limit. */
export type Priority = "interactive" | "batch";

/** What the first cut starts from at least: one refusal says little while few are under way. */
const START = 32;
const FLOOR = 2;
const CEILING = 1_024;
const CUT = 0.7;
/** Where to return to after a cut: below what was too much, with as little lost as that allows. */
const PLATEAU = 0.875;
/** Cut below the last one, others want a share: what is remembered gives way by this much more. */
const CONVERGENCE = 0.85;
const HOLD_MS = 15_000;
/** A target that asked for less so long ago may have changed since, and too few attempts to feel their way up would never tell. */
const FORGOTTEN_MS = 60_000;
/** Only a limit that is used says anything. */
const NEAR = 0.8;
const BATCH_SHARE = 0.7;

/**
 * How many attempts may be under way at a target. Whoever never asked for less is not kept from its work, or a burst at a new
 * isolate would be refused that the target could take. When it asks for less the limit is cut, and grows again while attempts
 * succeed. A cut may cost a second or more of silence (`Retry-After`), so where it came is remembered: the limit returns quickly to seven
 * eighths of it, holds there for fifteen seconds, and only then feels its way up again, by one a round trip.
 * @see https://www.rfc-editor.org/rfc/rfc9438 CUBIC's plateau
 */
export class ConcurrencyLimit {
  #limit = CEILING;
  #cutFrom = Infinity;
  #cutAt = -Infinity;

  get value(): number {
    return Math.floor(this.#limit);
  }

  hasRoom(inFlight: number, priority: Priority): boolean {
    return inFlight < (priority === "batch" ? Math.floor(this.#limit * BATCH_SHARE) : this.value);
  }

  /** `inFlight` includes the attempt that succeeded. */
  grow(inFlight: number, now: number): void {
    if (now - this.#cutAt >= FORGOTTEN_MS && this.#limit < START) {
      this.#limit = START;
      this.#cutFrom = Infinity;
    }
    if (inFlight < this.#limit * NEAR) return;
    const plateau = this.#cutFrom * PLATEAU;
    if (this.#limit < plateau) this.#limit = Math.min(CEILING, plateau, this.#limit + 1);
    else if (now - this.#cutAt >= HOLD_MS) this.#limit = Math.min(CEILING, this.#limit + 1 / this.#limit);
  }

  /**
   * At most once a round trip: an attempt that began before the last cut says nothing of the limit since. `inFlight` includes
   * the attempt that was refused.
   */
  cut(startedAt: number, now: number, inFlight: number): void {
    if (startedAt <= this.#cutAt) return;
    if (this.#cutAt === -Infinity) this.#limit = Math.min(CEILING, Math.max(START, inFlight));
    const isSqueezed = this.#cutFrom !== Infinity && this.#limit < this.#cutFrom;
    this.#cutFrom = isSqueezed ? this.#limit * CONVERGENCE : this.#limit;
    this.#limit = Math.max(FLOOR, this.#limit * CUT);
    this.#cutAt = now;
  }
}
