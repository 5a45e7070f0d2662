import { type Account, assertAmount, type Charge, type Meter } from "./account.ts";
import { Accounts } from "./accounts.ts";
import type { BookStore, Entry, Held, Lease, LedgerRow } from "./book-store.ts";
import { SliceHolders } from "./slice-holders.ts";
import type { Standing } from "./tally.ts";

/** Expired leases that one call looks after, so that none takes long. */
export const MOST_DUE = 200;
/** Below this share of the limit nothing is spent without asking. */
const SERIAL_SHARE = 0.1;
/** A slice is at most this part of what remains, for each isolate that has one. */
const SLICE_PART = 4;
/** Who has not called for so long may no longer be there. */
export const RECENT_MS = 60_000;

/** So little is left that nothing is sent before it is granted, and what comes back is told at once. */
export function isLow({ limit, remaining }: Pick<Standing, "limit" | "remaining">): boolean {
  return remaining < limit * SERIAL_SHARE;
}

/** What a request used, by meter; who has ended is no longer under way. */
export type Used = Readonly<Record<Exclude<Meter, "concurrency">, number>>;

export const NOTHING_USED: Used = { requests: 0, tokens: 0, microUsd: 0 };

/** Something that wants to begin. */
export interface Opening {
  readonly id: string;
  readonly charges: readonly Charge[];
  /** How long it is held without a word. */
  readonly leaseMs: number;
  /** For the row that is written of it where nobody ever says how it ended. */
  readonly facts: unknown;
}

/** What a book is told of something that it may never have heard of: what it was to be charged with, and of which slice. */
export interface Unheard {
  /** Null where the book has granted it itself. */
  readonly charges: readonly Charge[] | null;
  readonly sliceId: string | null;
}

/** Something that has ended. */
export interface Closing extends Unheard {
  readonly id: string;
  readonly used: Used;
  readonly facts: unknown;
}

/** Where it is denied, nothing was debited. */
export type Admission =
  | { readonly kind: "granted"; readonly standings: readonly Standing[] }
  | { readonly kind: "denied"; readonly key: string; readonly waitMs: number | null; readonly standings: readonly Standing[] };

/** What an isolate would like to spend without asking. */
export type SliceWish = Omit<Opening, "facts">;

/** Part of several accounts that an isolate may spend by itself. */
export interface Slice {
  readonly id: string;
  readonly amounts: readonly { readonly key: string; readonly amount: number }[];
}

/**
 * The books of one tenant: who may begin, what is reserved, what was used. All of it in whole numbers, in all accounts of a
 * request or in none. What a call changes is in the store when it returns. What has expired counts until `expire` is called.
 */
export class Book {
  readonly #store: BookStore;
  readonly #accounts: Accounts;
  readonly #holders = new SliceHolders();

  constructor(store: BookStore) {
    this.#store = store;
    this.#accounts = new Accounts(store);
  }

  /** Reserves in all accounts or in none. What was admitted before is granted again, and debited once. */
  admit(opening: Opening, now: number): Admission {
    for (const { amount, floor } of opening.charges) [amount, floor].forEach(assertAmount);
    const isNew = !this.#knows(opening.id);
    const shortage = isNew ? this.#accounts.shortage(opening.charges, now) : null;
    if (isNew && shortage === null) this.#hold("request", opening, now);
    const standings = this.standings(opening.charges, now);
    return shortage === null ? { kind: "granted", standings } : { kind: "denied", ...shortage, standings };
  }

  /** A request that an isolate admitted from its slice. What the slice no longer has is reserved all the same. */
  begin(opening: Opening, sliceId: string | null, now: number): void {
    if (this.#knows(opening.id)) return;
    const { charges } = opening;
    const parts = this.#takeFrom(sliceId, charges);
    const held = charges.map((charge, index) => parts[index] ?? this.#accounts.reserve(charge, now));
    this.#save("request", opening, { held, now });
  }

  /** Still under way: held for longer, and for no less than it has used by now. */
  renew(id: string, { leaseMs, used }: { readonly leaseMs: number; readonly used: Used }, now: number): void {
    const lease = this.#store.lease(id);
    if (lease === null) return;
    const held = lease.held.map((part): Held => {
      const progress = amountOf(part.account, used);
      const amount = Math.max(part.amount, progress);
      if (amount > part.amount) this.#accounts.change(part, { reserved: amount - part.amount });
      return { ...part, amount, floor: Math.max(part.floor, progress) };
    });
    this.#store.saveLease({ ...lease, held, expiresAt: now + leaseMs });
  }

  /** Replaces what was reserved by what was used, once; what had expired is corrected. */
  settle({ charges, facts, id, sliceId, used }: Closing, now: number): void {
    for (const amount of Object.values(used)) assertAmount(amount);
    const lease = this.#store.lease(id);
    if (lease !== null)
      return this.#close(lease, { state: "settled", facts, amount: ({ account }) => amountOf(account, used) }, now);
    const row = this.#store.row(id);
    if (row?.state === "expired") return this.#correct(row, { facts, used }, now);
    if (row !== null || charges === null) return;
    const parts = this.#takeFrom(sliceId, charges);
    const entries = charges.map((charge, index): Entry => {
      const part = parts[index] ?? { ...this.#accounts.place(charge, now), amount: 0 };
      return this.#use(part, amountOf(charge.account, used));
    });
    this.#store.saveRow({ id, at: now, state: "settled", entries, facts });
  }

  /**
   * What is refused, whatever was granted to it here or will be: no account is debited. `facts` say what was sent all the same;
   * null where that is told separately, or nothing was.
   */
  refuse(id: string, facts: unknown, now: number): void {
    const lease = this.#store.lease(id);
    if (lease !== null) this.#release(lease);
    const row = this.#store.row(id);
    if (row !== null && !mayBeRefused(row)) return;
    for (const { amount, key, start } of row?.entries ?? [])
      this.#accounts.change({ account: { key }, start }, { used: -amount });
    this.#store.saveRow({ id, at: now, state: "refused", entries: [], facts: facts ?? row?.facts ?? null });
  }

  /** How many isolates have called in the last minute, `isolate` among them. */
  isolates(isolate: string, now: number): number {
    return this.#holders.count("", { holder: isolate, now, until: now + RECENT_MS });
  }

  /** Part of what remains for an isolate, to be spent without asking; null where too little does. */
  slice({ charges, id, leaseMs }: SliceWish, isolate: string, now: number): Slice | null {
    const given = this.#store.lease(id);
    if (given !== null) return toSlice(given);
    const parts = charges.map((charge): Charge => {
      const { account } = charge;
      const { limit, remaining } = this.#accounts.standing(account, now);
      const holders = this.#holders.count(account.key, { holder: isolate, now, until: now + leaseMs });
      const most = Math.floor(Math.min(remaining - limit * SERIAL_SHARE, remaining / (SLICE_PART * holders)));
      return { account, amount: Math.min(charge.amount, most), floor: 0 };
    });
    // Nothing is wanted of a budget of money where the model has no price.
    if (parts.some(({ amount }, index) => amount < 1 && (charges[index]?.amount ?? 0) > 0)) return null;
    return toSlice(this.#hold("slice", { id, charges: parts, leaseMs, facts: null }, now));
  }

  /** Looks after what nobody has settled in time: a request is charged its floor, what is left of a slice goes back. */
  expire(now: number): void {
    for (const lease of this.#store.due(now, MOST_DUE)) {
      if (lease.kind === "request")
        this.#close(lease, { state: "expired", facts: lease.facts, amount: ({ floor }) => floor }, now);
      else this.#release(lease);
    }
  }

  standings(charges: readonly Pick<Charge, "account">[], now: number): readonly Standing[] {
    return charges.map(({ account }) => this.#accounts.standing(account, now));
  }

  #knows(id: string): boolean {
    return this.#store.lease(id) !== null || this.#store.row(id) !== null;
  }

  #hold(kind: Lease["kind"], opening: Opening, now: number): Lease {
    return this.#save(kind, opening, { held: opening.charges.map((charge) => this.#accounts.reserve(charge, now)), now });
  }

  #save(kind: Lease["kind"], opening: Opening, { held, now }: { readonly held: readonly Held[]; readonly now: number }): Lease {
    const { facts, id, leaseMs } = opening;
    const lease = { id, kind, held, expiresAt: now + leaseMs, facts };
    this.#store.saveLease(lease);
    return lease;
  }

  /** What a slice has for these charges, and it has them no more; null for each that it has not enough of. */
  #takeFrom(sliceId: string | null, charges: readonly Charge[]): readonly (Held | null)[] {
    const slice = sliceId === null ? null : this.#store.lease(sliceId);
    if (slice !== null) this.#store.saveLease({ ...slice, held: slice.held.map((part) => lessWhat(part, charges)) });
    return charges.map((charge) => takeFrom(slice, charge));
  }

  #release({ held, id }: Lease): void {
    for (const part of held) this.#accounts.change(part, { reserved: -part.amount });
    this.#store.dropLease(id);
  }

  #close(lease: Lease, { amount, facts, state }: Outcome, now: number): void {
    this.#store.dropLease(lease.id);
    const entries = lease.held.map((part) => this.#use(part, amount(part)));
    this.#store.saveRow({ id: lease.id, at: now, state, entries, facts });
  }

  /** What was used takes the place of what was reserved. */
  #use({ account, amount: reserved, start }: Held, amount: number): Entry {
    if (amount > 0 || reserved > 0) this.#accounts.change({ account, start }, { reserved: -reserved, used: amount });
    return { key: account.key, meter: account.meter, start, amount };
  }

  /** The row says what was used after all, and so do the accounts. */
  #correct(row: LedgerRow, { facts, used }: Pick<Closing, "facts" | "used">, now: number): void {
    const entries = row.entries.map((entry): Entry => {
      const amount = amountOf(entry, used);
      this.#accounts.change({ account: entry, start: entry.start }, { used: amount - entry.amount });
      return { ...entry, amount };
    });
    this.#store.saveRow({ id: row.id, at: now, state: "corrected", entries, facts });
  }
}

/** Nobody has told how it ended, or only that it was refused. */
function mayBeRefused({ facts, state }: LedgerRow): boolean {
  return state === "expired" || (state === "refused" && facts === null);
}

/** How a lease ends. */
interface Outcome {
  readonly state: LedgerRow["state"];
  readonly facts: unknown;
  readonly amount: (part: Held) => number;
}

function amountOf({ meter }: Pick<Account, "meter">, used: Used): number {
  return meter === "concurrency" ? 0 : used[meter];
}

function toSlice({ held, id }: Lease): Slice {
  return { id, amounts: held.map(({ account, amount }) => ({ key: account.key, amount })) };
}

/** The charge as part of a slice; null where the slice has not enough. */
function takeFrom(slice: Lease | null, charge: Charge): Held | null {
  const part = slice?.held.find(({ account }) => account.key === charge.account.key);
  return part === undefined || part.amount < charge.amount ? null : { ...charge, start: part.start };
}

/** What is left of a part of a slice after these were taken from it. */
function lessWhat(part: Held, charges: readonly Charge[]): Held {
  const amount = charges.find(({ account }) => account.key === part.account.key)?.amount ?? 0;
  return amount > part.amount ? part : { ...part, amount: part.amount - amount };
}
