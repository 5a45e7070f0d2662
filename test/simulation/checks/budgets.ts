import type { Account, Charge } from "../../../src/core/ledger/account.ts";
import { NOTHING_USED, type Opening, type Used } from "../../../src/core/ledger/book.ts";
import type { LedgerRow } from "../../../src/core/ledger/book-store.ts";
import type { LedgerAnswer, LedgerNote, LedgerQuestion } from "../../../src/core/ledger/exchange.ts";
import type { LedgerSite } from "../ledger-site.ts";
import type { Violate } from "./violations.ts";

/** What was taken of one account, and when. */
interface Part {
  amount: number;
  floor: number;
  readonly meter: Account["meter"];
  readonly at: number;
}

/** What one request or slice has taken, kept in another way than the books do: each by itself. */
interface Taken {
  readonly charges: ReadonlyMap<string, Part>;
  readonly isSlice: boolean;
  expiresAt: number;
  used: Used | null;
}

/** Pieces make a window a little longer than it says; a refusal may rest on that. */
const LONGER = 32 / 30;
const NO_TIMES: ReadonlyMap<string, number> = new Map();
const LONG_AFTER_MS = 3_600_000;

/** I1: never more than the limit is admitted, nor less. I2: what was reserved is settled or released, once. */
export class Budgets {
  readonly #violate: Violate;
  readonly #taken = new Map<string, Taken>();
  /** What each request was told to have used, first: whenever that came, it is what is booked. */
  readonly #told = new Map<string, Used>();

  constructor(violate: Violate) {
    this.#violate = violate;
  }

  /** The books have been asked and have answered, at `now` by their clock. */
  exchanged({ admit, notes, slice }: LedgerQuestion, answer: LedgerAnswer, now: number): void {
    for (const note of notes) this.#note(note, now);
    for (const [index, opening] of admit.entries()) {
      const admission = answer.admissions[index];
      if (admission === undefined || this.#taken.has(opening.id)) continue;
      const isGranted = admission.kind === "granted";
      this.#judge(opening.id, opening.charges, { isGranted, now });
      if (isGranted) this.#take(opening, now);
    }
    if (slice === null || answer.slice === null || this.#taken.has(slice.id)) return;
    const granted = new Map(answer.slice.amounts.map(({ amount, key }) => [key, amount]));
    const charges = slice.charges.map(({ account }) => ({ account, amount: granted.get(account.key) ?? 0, floor: 0 }));
    this.#judge(slice.id, charges, { isGranted: true, now });
    this.#take({ ...slice, charges }, now, "slice");
  }

  /** When nothing goes on any more: nothing is reserved, and what was used is what the rows say. */
  end(site: LedgerSite): void {
    site.expire(site.now + LONG_AFTER_MS);
    if (site.store.nextDue() !== null) this.#violate("I2", "a reservation is never released");
    for (const row of site.store.rows()) this.#checkRow(row);
    for (const [id, { isSlice }] of this.#taken) {
      if (!isSlice && site.store.row(id) === null) this.#violate("I2", `${id} is in no row`);
    }
    this.#checkSums(site);
  }

  #checkRow({ entries, id }: LedgerRow): void {
    const taken = this.#taken.get(id);
    const told = this.#told.get(id);
    for (const { amount, key, meter } of entries) {
      if (told !== undefined && amount !== unitsOf(meter, told)) {
        this.#violate("I2", `${id} is booked with ${amount} where ${unitsOf(meter, told)} was told`);
      }
      const own = taken?.charges.get(key);
      const right = taken?.used == null ? own?.floor : unitsOf(meter, taken.used);
      if (right !== amount) this.#violate("I2", `${id} is booked with ${amount} where it used ${String(right)}`);
    }
  }

  #checkSums({ store }: LedgerSite): void {
    const entries = store.rows().flatMap((row) => row.entries);
    const sums = Map.groupBy(entries, ({ key, start }) => `${key} ${start}`);
    for (const key of new Set(entries.map((entry) => entry.key))) {
      for (const { reserved, start, used } of store.pieces(key)) {
        if (reserved !== 0) this.#violate("I2", `${reserved} of ${key} stay reserved`);
        // What has left a window is let go of, and what is corrected in it later stands alone.
        if (!key.endsWith("/month")) continue;
        const sum = (sums.get(`${key} ${start}`) ?? []).reduce((total, { amount }) => total + amount, 0);
        if (sum !== used) this.#violate("I2", `${used} of ${key} are used where the rows say ${sum}`);
      }
    }
  }

  #judge(
    id: string,
    charges: readonly Charge[],
    { isGranted, now }: { readonly isGranted: boolean; readonly now: number },
  ): void {
    if (isGranted) {
      for (const { account, amount } of charges) {
        if (amount > 0 && this.#sum(account, 1, now) + amount > account.limit)
          this.#violate("I1", `${id} is admitted beyond its budget`);
      }
      return;
    }
    const isFull = charges.some(({ account, amount }) => this.#sum(account, LONGER, now) + amount > account.limit);
    if (!isFull) this.#violate("I1", `${id} is refused although its budget holds`);
  }

  #sum({ key, window }: Account, factor: number, now: number): number {
    const from = window.kind === "sliding" ? now - window.ms * factor : Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (const taken of this.#taken.values()) {
      const own = taken.charges.get(key);
      if (own === undefined || own.at < from) continue;
      if (taken.used !== null) sum += unitsOf(own.meter, taken.used);
      else sum += taken.expiresAt <= now ? own.floor : own.amount;
    }
    return sum;
  }

  #note(note: LedgerNote, now: number): void {
    switch (note.kind) {
      case "begun":
        return this.#begin(note.opening, note.sliceId, now);
      case "renewed":
        return this.#renew(note, now);
      case "settled": {
        const { charges, id, sliceId, used } = note.closing;
        if (!this.#told.has(id)) this.#told.set(id, used);
        if (charges !== null) this.#begin({ id, charges, leaseMs: 0 }, sliceId, now);
        const taken = this.#taken.get(id);
        if (taken !== undefined) taken.used ??= used;
        return;
      }
      case "refused":
        return this.#refuse(note.id, now);
    }
  }

  /** Nothing is charged, whenever that is told. */
  #refuse(id: string, now: number): void {
    const taken = this.#taken.get(id);
    if (taken === undefined) this.#taken.set(id, { charges: new Map(), isSlice: false, expiresAt: now, used: NOTHING_USED });
    else taken.used ??= NOTHING_USED;
  }

  #renew({ id, leaseMs, used }: Extract<LedgerNote, { kind: "renewed" }>, now: number): void {
    const taken = this.#taken.get(id);
    if (taken === undefined || taken.used !== null || taken.expiresAt <= now) return;
    taken.expiresAt = now + leaseMs;
    for (const own of taken.charges.values()) {
      const progress = unitsOf(own.meter, used);
      own.amount = Math.max(own.amount, progress);
      own.floor = Math.max(own.floor, progress);
    }
  }

  #begin(opening: Omit<Opening, "facts">, sliceId: string | null, now: number): void {
    if (this.#taken.has(opening.id)) return;
    const slice = sliceId === null ? undefined : this.#taken.get(sliceId);
    const times = new Map<string, number>();
    for (const { account, amount } of opening.charges) {
      const part = slice === undefined || slice.expiresAt <= now ? undefined : slice.charges.get(account.key);
      if (part === undefined || part.amount < amount) continue;
      part.amount -= amount;
      times.set(account.key, part.at);
    }
    this.#take(opening, now, times);
  }

  /** `times`: since when parts of it were held by a slice; `slice`: it is one. */
  #take(
    { charges, id, leaseMs }: Omit<Opening, "facts">,
    now: number,
    times: ReadonlyMap<string, number> | "slice" = NO_TIMES,
  ): void {
    const parts = charges.map(({ account: { key, meter }, amount, floor }): readonly [string, Part] => [
      key,
      { amount, floor, meter, at: (times === "slice" ? undefined : times.get(key)) ?? now },
    ]);
    this.#taken.set(id, { charges: new Map(parts), isSlice: times === "slice", expiresAt: now + leaseMs, used: null });
  }
}

function unitsOf(meter: Account["meter"], used: Used): number {
  return meter === "concurrency" ? 0 : used[meter];
}
