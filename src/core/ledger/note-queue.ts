import { MOST_NOTES } from "./decode-exchange.ts";
import type { LedgerNote } from "./exchange.ts";

/** Notes kept while the books cannot be reached; beyond it the oldest are lost. */
const MOST_WAITING = 20_000;

/** What one tenant's books have not been told yet. Kept until they have confirmed it. */
export class NoteQueue {
  /** Oldest first. */
  #waiting: LedgerNote[] = [];
  #lost = 0;

  /** Notes that had to be given up. */
  get lost(): number {
    return this.#lost;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(note: LedgerNote): void {
    this.#waiting.push(note);
    if (this.#waiting.length <= MOST_WAITING) return;
    this.#waiting.shift();
    this.#lost += 1;
  }

  /** The oldest notes, as many as one call takes. They are the sender's until it gives them back. */
  take(): readonly LedgerNote[] {
    const taken = this.#waiting.slice(0, MOST_NOTES);
    this.#waiting = this.#waiting.slice(MOST_NOTES);
    return taken;
  }

  /** Could not be told: they come first again. */
  giveBack(notes: readonly LedgerNote[]): void {
    this.#waiting = [...notes, ...this.#waiting];
    const surplus = Math.max(0, this.#waiting.length - MOST_WAITING);
    if (surplus > 0) this.#waiting = this.#waiting.slice(surplus);
    this.#lost += surplus;
  }
}
