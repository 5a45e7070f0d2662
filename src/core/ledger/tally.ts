import type { Account } from "./account.ts";
import { type Span, spanOf } from "./span.ts";

/** After what time something under way is asked for again: nobody knows when it will end, nor what it leaves of its reservation. */
export const UNDER_WAY_MS = 1_000;

/** What was used and is reserved in one piece of an account's window. */
export interface Piece {
  /** Epoch milliseconds; names the piece. */
  readonly start: number;
  readonly used: number;
  readonly reserved: number;
}

/** How an account stands. */
export interface Standing {
  readonly key: string;
  readonly meter: Account["meter"];
  readonly limit: number;
  /** What can still be reserved, never below 0. */
  readonly remaining: number;
  /** Milliseconds until all that counts now is forgotten; 0 where what is under way is counted. */
  readonly resetMs: number;
}

/** The pieces of one account that may still count. */
export class Tally {
  /** In the order of their starts. */
  #pieces: Piece[];

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces.toSorted((left, right) => left.start - right.start);
  }

  /** Used and reserved in the window. */
  sum({ from }: Pick<Span, "from">): number {
    let sum = 0;
    for (const { reserved, start, used } of this.#pieces) if (start >= from) sum += used + reserved;
    return sum;
  }

  /** Changes a piece by so much and returns it as it is then. A piece that is no longer kept counts for nobody. */
  add(start: number, { reserved = 0, used = 0 }: Partial<Omit<Piece, "start">>): Piece {
    const index = this.#pieces.findIndex((piece) => piece.start >= start);
    const known = this.#pieces[index];
    const before = known?.start === start ? known : { start, used: 0, reserved: 0 };
    const piece = { start, used: before.used + used, reserved: before.reserved + reserved };
    if (known?.start === start) this.#pieces[index] = piece;
    else this.#pieces.splice(index === -1 ? this.#pieces.length : index, 0, piece);
    return piece;
  }

  /** Lets go of pieces of which nothing counts any more; those with something reserved are kept. */
  forget({ from }: Pick<Span, "from">): readonly number[] {
    const old = this.#pieces.filter(({ reserved, start }) => start < from && reserved === 0);
    if (old.length > 0) this.#pieces = this.#pieces.filter((piece) => !old.includes(piece));
    return old.map(({ start }) => start);
  }

  standing(account: Account, now: number): Standing {
    const span = spanOf(account.window, now);
    const { key, limit, meter } = account;
    const remaining = Math.max(0, limit - this.sum(span));
    return { key, meter, limit, remaining, resetMs: this.#resetMs(account, span, now) };
  }

  /**
   * Milliseconds until `amount` fits, if nothing else happens: 0 where it does now, null where it never can. What is reserved
   * of a budget may come back long before the budget ends.
   */
  waitMs(account: Account, amount: number, now: number): number | null {
    const { limit, window } = account;
    const span = spanOf(window, now);
    let excess = this.sum(span) + amount - limit;
    if (excess <= 0) return 0;
    if (amount > limit) return null;
    if (window.kind === "now") return UNDER_WAY_MS;
    if (window.kind === "calendar") return this.#used(span) + amount <= limit ? UNDER_WAY_MS : span.end - now;
    for (const { reserved, start, used } of this.#pieces) {
      if (start < span.from) continue;
      excess -= used + reserved;
      if (excess <= 0) return Math.max(1, spanOf(window, start).end - now);
    }
    return window.ms;
  }

  #used({ from }: Span): number {
    let sum = 0;
    for (const { start, used } of this.#pieces) if (start >= from) sum += used;
    return sum;
  }

  #resetMs({ window }: Account, span: Span, now: number): number {
    if (window.kind === "now") return 0;
    if (window.kind === "calendar") return span.end - now;
    const last = this.#pieces.findLast(({ reserved, used }) => used + reserved > 0);
    return last === undefined || last.start < span.from ? 0 : spanOf(window, last.start).end - now;
  }
}
