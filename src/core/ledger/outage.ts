import type { Charge } from "./account.ts";
import type { LimitOpening } from "./charge-request.ts";
import { type Admission, Book, type Closing } from "./book.ts";
import { MemoryBookStore } from "./memory-book-store.ts";

/** Of a limit, in each isolate, while nobody can be asked. */
const OPEN_SHARE = 0.1;

interface Alone {
  /** How many isolates share the limits, as far as was heard. */
  readonly isolates: number;
  readonly now: number;
}

/** A tenant's limits as one isolate keeps them while the books cannot be asked. What it admits is told to them afterwards. */
export class Outage {
  readonly #book = new Book(new MemoryBookStore({ keepsRows: false }));

  /** Decides by each limit's failure mode. */
  admit(opening: LimitOpening, { isolates, now }: Alone): Admission | { readonly kind: "unavailable" } {
    if (opening.charges.some(({ failureMode }) => failureMode === "closed")) return { kind: "unavailable" };
    const charges = opening.charges.map(({ account, failureMode, ...charge }): Charge => {
      const share = failureMode === "open" ? OPEN_SHARE : 1 / isolates;
      return { ...charge, account: { ...account, limit: Math.max(1, Math.floor(account.limit * share)) } };
    });
    this.#book.expire(now);
    return this.#book.admit({ ...opening, charges }, now);
  }

  /** What was admitted here has ended. */
  settle(closing: Closing, now: number): void {
    this.#book.settle(closing, now);
  }
}
