import type { Charge } from "./account.ts";
import type { LimitOpening } from "./charge-request.ts";
import { type Admission, Book, type Closing } from "./book.ts";
import { MemoryBookStore } from "./memory-book-store.ts";

/** Of a limit, in each isolate, while nobody can be asked. */
const OPEN_SHARE = 0.1;

interface Alone {
  /** How many isolates share the limits, as far as was heard. */
  readonly isolates: number;
  /** What was left of each account when the books were last heard; null where nobody knows. */
  readonly left: readonly (number | null)[];
  readonly now: number;
}

/** A tenant's limits as one isolate keeps them while the books cannot be asked. What it admits is told to them afterwards. */
export class Outage {
  readonly #book = new Book(new MemoryBookStore({ keepsRows: false }));
  #decidedAt = Number.NEGATIVE_INFINITY;

  /** Epoch milliseconds of the last decision here: the books have heard of it once they answer what was asked later. */
  get decidedAt(): number {
    return this.#decidedAt;
  }

  /** Decides by each limit's failure mode. */
  admit(opening: LimitOpening, { isolates, left, now }: Alone): Admission | { readonly kind: "unavailable" } {
    if (opening.charges.some(({ failureMode }) => failureMode === "closed")) return { kind: "unavailable" };
    const charges = opening.charges.map(({ account, failureMode, ...charge }, index): Charge => {
      const limit = failureMode === "open" ? account.limit * OPEN_SHARE : (left[index] ?? account.limit) / isolates;
      return {
        ...charge,
        account: { ...account, limit: left[index] === 0 && failureMode === "local" ? 0 : Math.max(1, Math.floor(limit)) },
      };
    });
    this.#decidedAt = now;
    this.#book.expire(now);
    const admission = this.#book.admit({ ...opening, charges }, now);
    // Callers are told of their limit, not of this isolate's part.
    const standings = admission.standings.map((standing, index) => ({
      ...standing,
      limit: opening.charges[index]?.account.limit ?? 0,
    }));
    return { ...admission, standings };
  }

  /** What was admitted here has ended. */
  settle(closing: Closing, now: number): void {
    this.#book.settle(closing, now);
  }
}
