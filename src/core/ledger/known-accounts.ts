import type { Charge } from "./account.ts";
import { isLow } from "./book.ts";
import type { Standing } from "./tally.ts";

/** How one account stood when last heard of; null before. */
export interface Known {
  standing: Standing | null;
  /** Epoch milliseconds. */
  heardAt: number;
  /** What was begun since with slices. */
  spent: number;
}

/** What an isolate knows of the accounts that some requests are charged to, in the order of their charges. */
export class KnownAccounts {
  readonly #known: readonly Known[];

  constructor(known: readonly Known[]) {
    this.#known = known;
  }

  /** Whether what is left of one is so little that nothing may be sent before it is granted. */
  isLow(charges: readonly Charge[]): boolean {
    for (let index = 0; index < charges.length; index += 1) {
      const standing = this.#known[index]?.standing ?? null;
      const limit = charges[index]?.account.limit ?? 0;
      if (standing !== null && isLow({ limit, remaining: standing.remaining - (this.#known[index]?.spent ?? 0) })) return true;
    }
    return false;
  }

  /** Something was begun with a slice: it is no longer there for others. */
  spend(charges: readonly Charge[]): void {
    for (const [index, known] of this.#known.entries()) known.spent += charges[index]?.amount ?? 0;
  }

  /** What was left of each, of what still counts; null where nobody knows, and of requests under way. */
  left(now: number): readonly (number | null)[] {
    return this.#known.map(({ heardAt, spent, standing }) => {
      if (standing === null || standing.meter === "concurrency" || now >= heardAt + standing.resetMs) return null;
      return Math.max(0, standing.remaining - spent);
    });
  }

  standings(): readonly Standing[] {
    const standings: Standing[] = [];
    for (const { spent, standing } of this.#known)
      if (standing !== null) standings.push({ ...standing, remaining: Math.max(0, standing.remaining - spent) });
    return standings;
  }
}
