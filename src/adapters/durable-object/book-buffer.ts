import type { BookStore, Lease, LedgerRow } from "../../core/ledger/book-store.ts";
import type { LedgerQuestion } from "../../core/ledger/exchange.ts";
import type { Piece } from "../../core/ledger/tally.ts";
import type { BookTables, SavedPiece } from "./book-tables.ts";

/**
 * What one call to a book changes, in memory until `write`: thousands of requests change the same few pieces and slices. What
 * the call is about is read at once too.
 */
export class BookBuffer implements BookStore {
  readonly #tables: BookTables;
  /** As they are, also where nothing of them is on the disk. */
  readonly #leases = new Map<string, Lease | null>();
  readonly #rows = new Map<string, LedgerRow | null>();
  readonly #changedLeases = new Set<string>();
  readonly #changedRows = new Set<string>();
  readonly #pieces = new Map<string, SavedPiece>();

  constructor(tables: BookTables) {
    this.#tables = tables;
  }

  /** Reads what a question is about. */
  expect({ admit, notes, slice }: LedgerQuestion): void {
    const ids = new Set(admit.map(({ id }) => id));
    if (slice !== null) ids.add(slice.id);
    for (const note of notes) {
      if (note.kind === "renewed" || note.kind === "refused") ids.add(note.id);
      else {
        const { id, sliceId } = note.kind === "begun" ? { id: note.opening.id, sliceId: note.sliceId } : note.closing;
        ids.add(id);
        if (sliceId !== null) ids.add(sliceId);
      }
    }
    for (const id of ids) {
      this.#leases.set(id, null);
      this.#rows.set(id, null);
    }
    if (ids.size === 0) return;
    for (const lease of this.#tables.leases([...ids])) this.#leases.set(lease.id, lease);
    for (const row of this.#tables.rowsOf([...ids])) this.#rows.set(row.id, row);
  }

  /** Puts all that has changed on the disk. */
  write(): void {
    const leases = [...this.#changedLeases].map((id) => ({ id, lease: this.#leases.get(id) ?? null }));
    const dropped = leases.flatMap(({ id, lease }) => (lease === null ? [id] : []));
    if (dropped.length > 0) this.#tables.dropLeases(dropped);
    this.#tables.saveLeases(leases.flatMap(({ lease }) => lease ?? []));
    this.#tables.saveRows([...this.#changedRows].flatMap((id) => this.#rows.get(id) ?? []));
    this.#writePieces();
    this.forget();
  }

  /** What has changed since the last `write` has not. */
  forget(): void {
    for (const kept of [this.#leases, this.#rows, this.#changedLeases, this.#changedRows, this.#pieces]) kept.clear();
  }

  pieces(key: string): readonly Piece[] {
    this.#writePieces();
    return this.#tables.pieces(key);
  }

  savePiece(account: string, piece: Piece): void {
    this.#pieces.set(`${account} ${piece.start}`, { account, ...piece });
  }

  dropPiece(account: string, start: number): void {
    this.#pieces.delete(`${account} ${start}`);
    this.#tables.dropPiece(account, start);
  }

  lease(id: string): Lease | null {
    const known = this.#leases.get(id);
    if (known !== undefined) return known;
    const lease = this.#tables.leases([id])[0] ?? null;
    this.#leases.set(id, lease);
    return lease;
  }

  saveLease(lease: Lease): void {
    this.#leases.set(lease.id, lease);
    this.#changedLeases.add(lease.id);
  }

  dropLease(id: string): void {
    this.#leases.set(id, null);
    this.#changedLeases.add(id);
  }

  /** As it is on the disk: a call asks it before it changes anything. */
  due(now: number, most: number): readonly Lease[] {
    return this.#tables.due(now, most);
  }

  nextDue(): number | null {
    return this.#tables.nextDue();
  }

  row(id: string): LedgerRow | null {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const row = this.#tables.rowsOf([id])[0] ?? null;
    this.#rows.set(id, row);
    return row;
  }

  saveRow(row: LedgerRow): void {
    this.#rows.set(row.id, row);
    this.#changedRows.add(row.id);
  }

  #writePieces(): void {
    this.#tables.savePieces([...this.#pieces.values()]);
    this.#pieces.clear();
  }
}
