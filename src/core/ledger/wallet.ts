import type { Charge } from "./account.ts";
import type { Slice } from "./book.ts";

/** How long an isolate spends from a slice. Milliseconds since it was asked for. */
export const SLICE_MS = 2_000;
/** How long the books keep it: what was begun with it is told at most a second later. */
export const SLICE_LEASE_MS = 3_500;
/** A slice this old, or with less than half of it left, is followed by another. */
const RENEW_AFTER_MS = 1_000;

interface Held {
  readonly id: string;
  readonly askedAt: number;
  readonly granted: ReadonlyMap<string, number>;
  readonly left: Map<string, number>;
}

/** The slices that an isolate may spend from, by the set of accounts that they are parts of. */
export class Wallet {
  readonly #slices = new Map<string, readonly Held[]>();

  /** `askedAt`: epoch milliseconds at which it was asked for. */
  put(accounts: string, { amounts, id }: Slice, askedAt: number): void {
    const granted = new Map(amounts.map(({ amount, key }) => [key, amount]));
    const live = this.#live(accounts, askedAt);
    this.#slices.set(accounts, [...live, { id, askedAt, granted, left: new Map(granted) }]);
  }

  /** Takes the charges from one slice; its id, or null where none has enough. */
  take(accounts: string, charges: readonly Charge[], now: number): string | null {
    const slice = this.#live(accounts, now).find(({ left }) =>
      charges.every(({ account, amount }) => (left.get(account.key) ?? 0) >= amount),
    );
    if (slice === undefined) return null;
    for (const { account, amount } of charges) slice.left.set(account.key, (slice.left.get(account.key) ?? 0) - amount);
    return slice.id;
  }

  /** Whether another slice should be asked for. */
  isWanting(accounts: string, now: number): boolean {
    return !this.#live(accounts, now).some(
      ({ askedAt, granted, left }) =>
        now - askedAt < RENEW_AFTER_MS && [...left].every(([key, amount]) => amount * 2 >= (granted.get(key) ?? 0)),
    );
  }

  /** Lets go of all slices of a set of accounts: nothing more is spent of them. */
  drop(accounts: string): void {
    this.#slices.delete(accounts);
  }

  #live(accounts: string, now: number): readonly Held[] {
    const slices = this.#slices.get(accounts) ?? [];
    const live = slices.filter(({ askedAt }) => now - askedAt < SLICE_MS);
    if (live.length === slices.length) return slices;
    if (live.length === 0) this.#slices.delete(accounts);
    else this.#slices.set(accounts, live);
    return live;
  }
}
