import type { RestorePart } from "./backup.ts";
import type { BookStore } from "./book-store.ts";

/** Writes part of saved books into a store. A book over it has to be opened anew. */
export function restoreInto(store: BookStore, { leases, pieces, rows }: RestorePart): void {
  for (const { account, ...piece } of pieces) store.savePiece(account, piece);
  for (const lease of leases) store.saveLease({ ...lease, kind: "request" });
  for (const row of rows) store.saveRow(row);
}
