import { BoundedMap } from "../bounded-map.ts";
import type { Account, Charge } from "./account.ts";
import type { BookStore, Held } from "./book-store.ts";
import { spanOf } from "./span.ts";
import { type Standing, Tally } from "./tally.ts";

/** Accounts whose pieces are kept in memory; others are read again. */
const MOST_TALLIES = 10_000;

/** Why something cannot begin now. */
export interface Shortage {
  readonly key: string;
  /** Milliseconds until it could, if nothing else happened; null where it never can. */
  readonly waitMs: number | null;
}

/** How every account stands, in memory and in the store at once. */
export class Accounts {
  readonly #store: Pick<BookStore, "pieces" | "savePiece" | "dropPiece">;
  readonly #tallies: BoundedMap<Tally>;

  constructor(store: Pick<BookStore, "pieces" | "savePiece" | "dropPiece">) {
    this.#store = store;
    this.#tallies = new BoundedMap(MOST_TALLIES, (key) => new Tally(store.pieces(key)));
  }

  standing(account: Account, now: number): Standing {
    return this.#tallies.use(account.key).standing(account, now);
  }

  /** The account that has room last: waiting for any other would only meet that one. Null where there is room in all. */
  shortage(charges: readonly Charge[], now: number): Shortage | null {
    let longest: Shortage | null = null;
    for (const { account, amount } of charges) {
      const waitMs = this.#tallies.use(account.key).waitMs(account, amount, now);
      if (waitMs === 0) continue;
      if (longest === null || (longest.waitMs ?? Number.POSITIVE_INFINITY) < (waitMs ?? Number.POSITIVE_INFINITY))
        longest = { key: account.key, waitMs };
    }
    return longest;
  }

  /** Where something that begins now counts. */
  place(charge: Charge, now: number): Held {
    return { ...charge, start: spanOf(charge.account.window, now).start };
  }

  /** Reserves, whether there is room or not; pieces that have left the window are let go of. */
  reserve(charge: Charge, now: number): Held {
    const { key, window } = charge.account;
    const span = spanOf(window, now);
    for (const start of this.#tallies.use(key).forget(span)) this.#store.dropPiece(key, start);
    const held = { ...charge, start: span.start };
    this.change(held, { reserved: charge.amount });
    return held;
  }

  /** Adds to a piece of an account. */
  change({ account: { key }, start }: Pick<Held, "start"> & { readonly account: Pick<Account, "key"> }, by: Change): void {
    this.#store.savePiece(key, this.#tallies.use(key).add(start, by));
  }
}

/** What is added; less than nothing gives back. */
interface Change {
  readonly reserved?: number;
  readonly used?: number;
}
