import type { Charge } from "./account.ts";
import type { Slice } from "./book.ts";

/** How long an isolate spends from a slice. Milliseconds since it was asked for. */
export const SLICE_MS = 2_000;
/** How long the books keep it: what was begun with it is told at most a second later. */
export const SLICE_LEASE_MS = 3_500;
/** A slice this old, or with less than half of it left, is followed by another. */
const RENEW_AFTER_MS = 1_000;

const NO_SLICES: readonly Held[] = [];

interface Held {
  readonly id: string;
  readonly askedAt: number;
  /** By account, in the order of their set. */
  readonly granted: readonly number[];
  readonly left: number[];
}

/** The slices that an isolate may spend from, by the set of accounts that they are parts of. */
export class Wallet {
  readonly #slices = new Map<string, readonly Held[]>();

  /** `askedAt`: epoch milliseconds at which it was asked for. */
  put(accounts: string, { amounts, id }: Slice, askedAt: number): void {
    const granted = amounts.map(({ amount }) => amount);
    const live = this.#live(accounts, askedAt);
    this.#slices.set(accounts, [...live, { id, askedAt, granted, left: [...granted] }]);
  }

  /** Takes the charges from one slice; its id, or null where none has enough. */
  take(accounts: string, charges: readonly Charge[], now: number): string | null {
    for (const { id, left } of this.#live(accounts, now)) {
      if (!holds(left, charges)) continue;
      for (const [index, { amount }] of charges.entries()) left[index] = (left[index] ?? 0) - amount;
      return id;
    }
    return null;
  }

  /** Whether another slice should be asked for. */
  isWanting(accounts: string, now: number): boolean {
    return !this.#live(accounts, now).some(
      ({ askedAt, granted, left }) =>
        now - askedAt < RENEW_AFTER_MS && left.every((amount, index) => amount * 2 >= (granted[index] ?? 0)),
    );
  }

  /** Lets go of all slices of a set of accounts: nothing more is spent of them. */
  drop(accounts: string): void {
    this.#slices.delete(accounts);
  }

  #live(accounts: string, now: number): readonly Held[] {
    const slices = this.#slices.get(accounts) ?? NO_SLICES;
    if (slices.every(({ askedAt }) => now - askedAt < SLICE_MS)) return slices;
    const live = slices.filter(({ askedAt }) => now - askedAt < SLICE_MS);
    if (live.length === 0) this.#slices.delete(accounts);
    else this.#slices.set(accounts, live);
    return live;
  }
}

function holds(left: readonly number[], charges: readonly Charge[]): boolean {
  for (let index = 0; index < charges.length; index += 1) {
    if ((left[index] ?? 0) < (charges[index]?.amount ?? 0)) return false;
  }
  return true;
}
