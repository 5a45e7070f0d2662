import { BoundedMap } from "../bounded-map.ts";
import type { Charge } from "./account.ts";
import type { SliceWish } from "./book.ts";
import type { LedgerAnswer } from "./exchange.ts";
import { type Known, KnownAccounts } from "./known-accounts.ts";
import { NoteQueue } from "./note-queue.ts";
import { RecentRequests } from "./recent-requests.ts";
import { Withdrawals } from "./withdrawals.ts";
import { SLICE_LEASE_MS, SLICE_MS, Wallet } from "./wallet.ts";

const MOST_ACCOUNTS = 5_000;
const MOST_SETS = 5_000;
/** An isolate with fewer requests than this in a slice's time asks each time. */
const LEAST_FOR_SLICE = 2;
const SECOND_MS = 1_000;

/** What one isolate knows of a tenant's books: slices it may spend, how accounts stood, what it has not told yet. */
export class TenantView {
  readonly notes = new NoteQueue();
  readonly wallet = new Wallet();
  readonly withdrawals = new Withdrawals();
  /** Calls that have not been answered. */
  underWay = 0;
  /** Somebody waits for what has not been told: it goes as soon as a call has ended. */
  isAwaited = false;
  readonly #recent = new RecentRequests();
  readonly #accounts = new BoundedMap<Known>(
    MOST_ACCOUNTS,
    () => ({ standing: null, heardAt: 0, spent: 0 }),
    // A set must not go on with an account that another set would begin anew.
    () => this.#sets.clear(),
  );
  readonly #sets = new Map<string, KnownAccounts>();
  /** Sets of accounts of which a slice has been asked for: a burst of requests must not ask for one each. */
  readonly #wished = new Set<string>();
  #isolates = 1;

  /** How many isolates have asked lately, as far as was heard. */
  get isolates(): number {
    return this.#isolates;
  }

  /** `accounts` names what requests of one kind are charged to. */
  known(accounts: string, charges: readonly Charge[]): KnownAccounts {
    const known = this.#sets.get(accounts);
    if (known !== undefined) return known;
    const set = new KnownAccounts(charges.map(({ account }) => this.#accounts.use(account.key)));
    if (this.#sets.size >= MOST_SETS) this.#sets.clear();
    this.#sets.set(accounts, set);
    return set;
  }

  /** A slice for the requests of the next two seconds, if they come as they did; null where it is not worth one. */
  wish(
    accounts: string,
    charges: readonly Charge[],
    { newId, now }: { readonly newId: () => string; readonly now: number },
  ): SliceWish | null {
    const requests = this.#recent.note(accounts, now) * (SLICE_MS / SECOND_MS);
    if (requests < LEAST_FOR_SLICE || this.#wished.has(accounts) || !this.wallet.isWanting(accounts, now)) return null;
    this.#wished.add(accounts);
    return {
      id: newId(),
      charges: charges.map((charge) => ({ ...charge, amount: charge.amount * requests })),
      leaseMs: SLICE_LEASE_MS,
    };
  }

  /** A slice was asked for, and the answer has come or is not waited for any more. */
  answered(accounts: string): void {
    this.#wished.delete(accounts);
  }

  /** Takes in an answer to what was asked at `askedAt`. */
  accept(accounts: string, { admissions, isolates, slice }: LedgerAnswer, askedAt: number): void {
    this.#isolates = isolates;
    for (const { standings } of admissions) {
      for (const standing of standings) Object.assign(this.#accounts.use(standing.key), { standing, heardAt: askedAt, spent: 0 });
    }
    if (slice !== null) this.wallet.put(accounts, slice, askedAt);
  }
}
