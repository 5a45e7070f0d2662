import type { EjectionNotice, HeldEjection } from "./hub-messages.ts";
import type { Moment } from "./moment.ts";
import { type OutcomeCounts, OutcomeWindow } from "./outcome-window.ts";
import { PROOF, Rotation } from "./rotation.ts";

const FAILURES_IN_ROW = 5;
/** Older outcomes are no news to the hub. */
const NEWS_SECONDS = 10;

/** When an attempt began and ended. */
export interface Attempted {
  readonly startedAt: number;
  readonly now: number;
}

/**
 * Takes a target out of rotation and back, by what this isolate saw and what the hub says. The hub's ejection is ended by
 * the hub, which adds up everyone's probes; by this isolate's own three only where the hub is silent, or knows of none.
 */
export class Breaker {
  readonly rotation = new Rotation();
  readonly #window = new OutcomeWindow();
  /** Outcomes that the hub has not been told. */
  readonly #untold = new OutcomeWindow(NEWS_SECONDS);
  #consecutiveFailures = 0;
  #okInRow = 0;
  #probeFailed = false;
  /** The hub's ejection that is kept to, or was ended here while the hub was silent; 0 for none. */
  #held = 0;
  /** Its round there: a probe that has failed here since is not counted in it. */
  #heldRound = 0;
  #heardOf = 0;

  /** While it is in rotation; 0 while it is out. */
  get consecutiveFailures(): number {
    return this.rotation.isOut ? 0 : this.#consecutiveFailures;
  }

  /** Returns whether the hub should hear of it at once: the target is out, and answers. */
  succeeded({ now, startedAt }: Attempted, isHubLive: boolean): boolean {
    if (startedAt <= this.rotation.decidedAt) return false;
    this.#count({ ok: 1, failed: 0 }, now);
    this.#consecutiveFailures = 0;
    if (!this.rotation.isOut || startedAt < this.rotation.until) return false;
    this.#okInRow += 1;
    this.#probeFailed = false;
    const okInRow = this.#okInRow;
    if (okInRow >= PROOF && (this.#held === 0 || !isHubLive)) this.#readmit(now);
    return okInRow <= PROOF;
  }

  /** Returns what the hub should hear of at once: that the target is ejected now, or that a probe has failed. */
  failed(startedAt: number, { draw, now }: Moment): "tripped" | "probed" | null {
    if (startedAt <= this.rotation.decidedAt) return null;
    this.#count({ ok: 0, failed: 1 }, now);
    this.#consecutiveFailures += 1;
    // What is sent in spite of an ejection neither shortens nor prolongs it.
    if (this.rotation.isOut) return startedAt < this.rotation.until ? null : this.#failedProbe({ draw, now });
    if (this.#consecutiveFailures < FAILURES_IN_ROW && !this.#window.isMostlyFailing(now)) return null;
    this.rotation.eject({ now, draw });
    this.#startOver(0);
    return "tripped";
  }

  /** Keeps to an ejection of the hub's, unless it is an old one. Returns whether it does. */
  adopt({ forMs, id, round }: EjectionNotice, now: number): boolean {
    if (id <= this.#heardOf) return false;
    this.#heardOf = id;
    this.rotation.adopt({ forMs, now, round });
    this.#startOver(id);
    this.#heldRound = round;
    return true;
  }

  /** The hub has ended an ejection. A probe that has just failed here outweighs that until its time is over. */
  readmit(id: number, now: number): void {
    if (id !== this.#held || (this.#probeFailed && now < this.rotation.until)) return;
    if (this.rotation.isOut) this.#readmit(now);
    this.#held = 0;
  }

  /** For the hub: the ejection of its own that it has not ended, and what was seen here since. */
  held(now: number): HeldEjection | null {
    if (this.#held === 0) return null;
    return {
      id: this.#held,
      forMs: Math.max(0, this.rotation.until - now),
      round: this.#heldRound,
      okInRow: this.#okInRow,
      probeFailed: this.#probeFailed,
    };
  }

  /** Outcomes since the last call. */
  takeUntold(now: number): OutcomeCounts {
    const counts = this.#untold.total(NEWS_SECONDS, now);
    this.#untold.clear();
    return counts;
  }

  #failedProbe(moment: Moment): "probed" {
    this.#okInRow = 0;
    this.#probeFailed = true;
    this.rotation.eject(moment);
    return "probed";
  }

  #readmit(now: number): void {
    this.rotation.readmit(now);
    this.#window.clear();
    this.#consecutiveFailures = 0;
  }

  #startOver(held: number): void {
    this.#window.clear();
    this.#consecutiveFailures = 0;
    this.#okInRow = 0;
    this.#probeFailed = false;
    this.#held = held;
  }

  #count(counts: OutcomeCounts, now: number): void {
    this.#window.add(counts, now);
    this.#untold.add(counts, now);
  }
}
