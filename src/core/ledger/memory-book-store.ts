import type { BookStore, Lease, LedgerRow } from "./book-store.ts";
import { type LedgerState, toLedgerState } from "./backup.ts";
import type { Piece } from "./tally.ts";

/** Books in memory. Without rows nothing grows but with what is under way, and nothing that has ended is known again. */
export class MemoryBookStore implements BookStore {
  readonly #keepsRows: boolean;
  readonly #pieces = new Map<string, Map<number, Piece>>();
  readonly #leases = new Map<string, Lease>();
  readonly #rows = new Map<string, LedgerRow>();
  /** No lease expires before it. */
  #earliest = Number.POSITIVE_INFINITY;

  constructor({ keepsRows = true }: { readonly keepsRows?: boolean } = {}) {
    this.#keepsRows = keepsRows;
  }

  pieces(key: string): readonly Piece[] {
    return [...(this.#pieces.get(key)?.values() ?? [])];
  }

  savePiece(key: string, piece: Piece): void {
    const pieces = this.#pieces.get(key) ?? new Map<number, Piece>();
    this.#pieces.set(key, pieces.set(piece.start, piece));
  }

  dropPiece(key: string, start: number): void {
    this.#pieces.get(key)?.delete(start);
  }

  lease(id: string): Lease | null {
    return this.#leases.get(id) ?? null;
  }

  saveLease(lease: Lease): void {
    this.#leases.set(lease.id, lease);
    this.#earliest = Math.min(this.#earliest, lease.expiresAt);
  }

  dropLease(id: string): void {
    this.#leases.delete(id);
  }

  due(now: number, most: number): readonly Lease[] {
    if (now < this.#earliest) return [];
    this.#earliest = this.nextDue() ?? Number.POSITIVE_INFINITY;
    const due = [...this.#leases.values()].filter(({ expiresAt }) => expiresAt <= now);
    return due.toSorted((left, right) => left.expiresAt - right.expiresAt).slice(0, most);
  }

  nextDue(): number | null {
    const times = [...this.#leases.values()].map(({ expiresAt }) => expiresAt);
    return times.length === 0 ? null : Math.min(...times);
  }

  row(id: string): LedgerRow | null {
    return this.#rows.get(id) ?? null;
  }

  saveRow(row: LedgerRow): void {
    if (this.#keepsRows) this.#rows.set(row.id, row);
  }

  /** Every row, in the order in which they were written first. */
  rows(): readonly LedgerRow[] {
    return [...this.#rows.values()];
  }

  get isEmpty(): boolean {
    return this.#pieces.size + this.#leases.size + this.#rows.size === 0;
  }

  /** Everything but the rows. */
  state(at: number): LedgerState {
    const pieces = [...this.#pieces].flatMap(([account, kept]) => [...kept.values()].map((piece) => ({ ...piece, account })));
    return toLedgerState(at, pieces, [...this.#leases.values()]);
  }
}
