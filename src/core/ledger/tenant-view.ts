import { BoundedMap } from "../bounded-map.ts";
import type { Charge } from "./account.ts";
import { isLow, type SliceWish } from "./book.ts";
import type { LedgerAnswer } from "./exchange.ts";
import { NoteQueue } from "./note-queue.ts";
import { RecentRequests } from "./recent-requests.ts";
import type { Standing } from "./tally.ts";
import { SLICE_LEASE_MS, SLICE_MS, Wallet } from "./wallet.ts";

const MOST_ACCOUNTS = 5_000;
/** An isolate with fewer requests than this in a slice's time asks each time. */
const LEAST_FOR_SLICE = 2;
const SECOND_MS = 1_000;

/** What one isolate knows of a tenant's books: slices it may spend, how accounts stood, what it has not told yet. */
export class TenantView {
  readonly notes = new NoteQueue();
  readonly wallet = new Wallet();
  /** Calls that have not been answered. */
  underWay = 0;
  /** Somebody waits for what has not been told: it goes as soon as a call has ended. */
  isAwaited = false;
  readonly #recent = new RecentRequests();
  readonly #standings = new BoundedMap<{ standing: Standing | null }>(MOST_ACCOUNTS, () => ({ standing: null }));
  /** Sets of accounts of which a slice has been asked for: a burst of requests must not ask for one each. */
  readonly #wished = new Set<string>();
  #isolates = 1;

  /** How many isolates have asked lately, as far as was heard. */
  get isolates(): number {
    return this.#isolates;
  }

  /** Whether what is left of an account, when last heard of, was so little that nothing may be sent before it is granted. */
  isLow(charges: readonly Charge[]): boolean {
    return charges.some(({ account }) => {
      const { standing } = this.#standings.use(account.key);
      return standing !== null && isLow({ ...account, remaining: standing.remaining });
    });
  }

  /** A slice for the requests of the next two seconds, if they come as they did; null where it is not worth one. */
  wish(
    accounts: string,
    charges: readonly Charge[],
    { id, now }: { readonly id: string; readonly now: number },
  ): SliceWish | null {
    const requests = this.#recent.note(accounts, now) * (SLICE_MS / SECOND_MS);
    if (requests < LEAST_FOR_SLICE || this.#wished.has(accounts) || !this.wallet.isWanting(accounts, now)) return null;
    this.#wished.add(accounts);
    return { id, charges: charges.map((charge) => ({ ...charge, amount: charge.amount * requests })), leaseMs: SLICE_LEASE_MS };
  }

  /** A slice was asked for, and the answer has come or is not waited for any more. */
  answered(accounts: string): void {
    this.#wished.delete(accounts);
  }

  /** Takes in an answer to what was asked at `askedAt`. */
  accept(accounts: string, { admissions, isolates, slice }: LedgerAnswer, askedAt: number): void {
    this.#isolates = isolates;
    for (const { standings } of admissions) {
      for (const standing of standings) this.#standings.use(standing.key).standing = standing;
    }
    if (slice !== null) this.wallet.put(accounts, slice, askedAt);
  }

  /** How the accounts stood when last heard of, less what was begun since with slices. */
  standings(charges: readonly Charge[]): readonly Standing[] {
    return charges.flatMap(({ account }) => this.#standings.use(account.key).standing ?? []);
  }

  /** Something was spent of a slice: it is no longer there for others. */
  spent(charges: readonly Charge[]): void {
    for (const { account, amount } of charges) {
      const known = this.#standings.use(account.key);
      if (known.standing !== null)
        known.standing = { ...known.standing, remaining: Math.max(0, known.standing.remaining - amount) };
    }
  }
}
