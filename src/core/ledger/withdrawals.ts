import type { Admission, Opening } from "./book.ts";

/** Requests that died with their isolate's calls are forgotten beyond so many. */
const MOST_ASKED = 20_000;

/** Requests whose admission was asked for, and which of them were refused before the books had answered: what is granted to those afterwards goes back. */
export class Withdrawals {
  /** By id: whether it was refused meanwhile. */
  readonly #asked = new Map<string, boolean>();

  ask(id: string): void {
    if (this.#asked.size >= MOST_ASKED) this.#asked.clear();
    this.#asked.set(id, false);
  }

  /** It is refused. True where the books have answered already, so that what they granted goes back at once. */
  withdraw(id: string): boolean {
    if (!this.#asked.has(id)) return true;
    this.#asked.set(id, true);
    return false;
  }

  /** The books have answered these, or failed (null), so that nobody knows what they granted. Ids of what has to go back. */
  answer(openings: readonly Pick<Opening, "id">[], admissions: readonly Admission[] | null): readonly string[] {
    const back: string[] = [];
    for (const [index, { id }] of openings.entries()) {
      if (this.#asked.get(id) === true && admissions?.[index]?.kind !== "denied") back.push(id);
      this.#asked.delete(id);
    }
    return back;
  }
}
