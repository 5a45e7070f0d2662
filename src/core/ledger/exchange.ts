import type { Admission, Book, Closing, Opening, Slice, SliceWish, Used } from "./book.ts";

/** What has happened at an isolate. What is told twice counts once, and calls may overtake one another. */
export type LedgerNote =
  /** It admitted a request from its slice; without a slice, one that nothing limits. */
  | { readonly kind: "begun"; readonly opening: Opening; readonly sliceId: string | null }
  | { readonly kind: "renewed"; readonly id: string; readonly leaseMs: number; readonly used: Used }
  | { readonly kind: "settled"; readonly closing: Closing }
  /** It has not admitted a request, whatever the books grant. `facts` say what was sent all the same; null where that is told separately. */
  | { readonly kind: "refused"; readonly id: string; readonly facts: unknown };

/** One call to a tenant's books. */
export interface LedgerQuestion {
  /** Names the isolate that asks. */
  readonly isolate: string;
  /** In the order in which it happened. */
  readonly notes: readonly LedgerNote[];
  /** Requests that want to begin, in order. */
  readonly admit: readonly Opening[];
  /** How much it would like to spend without asking. */
  readonly slice: SliceWish | null;
}

export interface LedgerAnswer {
  /** Of each request that wanted to begin, in order. */
  readonly admissions: readonly Admission[];
  readonly slice: Slice | null;
  /** How many isolates have asked lately. */
  readonly isolates: number;
}

/** What has expired first, then the notes: what they give back may be what the request needs. */
export function exchange(book: Book, { admit, isolate, notes, slice }: LedgerQuestion, now: number): LedgerAnswer {
  book.expire(now);
  for (const note of notes) take(book, note, now);
  const admissions = admit.map((opening) => book.admit(opening, now));
  return { admissions, slice: slice === null ? null : book.slice(slice, isolate, now), isolates: book.isolates(isolate, now) };
}

function take(book: Book, note: LedgerNote, now: number): void {
  switch (note.kind) {
    case "begun":
      return book.begin(note.opening, note.sliceId, now);
    case "renewed":
      return book.renew(note.id, note, now);
    case "settled":
      return book.settle(note.closing, now);
    case "refused":
      return book.refuse(note.id, note.facts, now);
  }
}
