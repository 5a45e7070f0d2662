import { MOST_NOTES } from "./decode-exchange.ts";
import type { LedgerNote } from "./exchange.ts";

/** Notes kept while the books cannot be reached; beyond it the oldest are lost. */
const MOST_WAITING = 20_000;
/** The runtime ends what goes on longer after a request than 30 s: what was taken that long ago comes back by itself. */
const TAKEN_MS = 20_000;

/** What one tenant's books have not been told yet. Kept until they have confirmed it. */
export class NoteQueue {
  /** Oldest first. Of what has ended before its beginning was told, only the end is: it says all of it. */
  #waiting = new Map<string, LedgerNote>();
  /** On their way, and since when. */
  readonly #taken = new Map<readonly LedgerNote[], number>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#taken.size === 0;
  }

  /** That wait to be told. */
  get size(): number {
    return this.#waiting.size;
  }

  /** How many notes had to be given up for it. */
  add(note: LedgerNote): number {
    this.#waiting.set(nameOf(note), note);
    return this.#dropSurplus();
  }

  /** The oldest notes, as many as one call takes. Whoever takes them says what became of them; who does not has died. */
  take(now: number): readonly LedgerNote[] {
    for (const [notes, at] of this.#taken) {
      if (now - at > TAKEN_MS) this.giveBack(notes);
    }
    const taken = [...this.#waiting.values()].slice(0, MOST_NOTES);
    for (const note of taken) this.#waiting.delete(nameOf(note));
    if (taken.length > 0) this.#taken.set(taken, now);
    return taken;
  }

  /** They were told. */
  confirm(notes: readonly LedgerNote[]): void {
    this.#taken.delete(notes);
  }

  /** Could not be told: they come first again. How many notes had to be given up for them. */
  giveBack(notes: readonly LedgerNote[]): number {
    if (!this.#taken.delete(notes)) return 0;
    const newer = this.#waiting;
    this.#waiting = new Map(notes.map((note) => [nameOf(note), note]));
    for (const [name, note] of newer) this.#waiting.set(name, note);
    return this.#dropSurplus();
  }

  #dropSurplus(): number {
    const surplus = Math.max(0, this.#waiting.size - MOST_WAITING);
    const oldest = this.#waiting.keys();
    for (let dropped = 0; dropped < surplus; dropped += 1) this.#waiting.delete(oldest.next().value ?? "");
    return surplus;
  }
}

/** Notes of the same name replace each other. */
function nameOf(note: LedgerNote): string {
  switch (note.kind) {
    case "begun":
      return note.opening.id;
    case "settled":
      return note.closing.id;
    case "renewed":
      return `renewed ${note.id}`;
    case "refused":
      return note.facts === null ? `refused ${note.id}` : note.id;
  }
}
