/**
 * A set of small numbers that is emptied at once and read in the order of adding, also while it grows.
 * @see https://research.swtch.com/sparse
 */
export class SparseSet {
  readonly #members: Int32Array;
  /** Where each number stands among the members, if it is one. */
  readonly #positions: Int32Array;
  size = 0;

  /** `capacity`: one more than the largest number. */
  constructor(capacity: number) {
    this.#members = new Int32Array(capacity);
    this.#positions = new Int32Array(capacity);
  }

  /** The member at a position below `size`. */
  at(position: number): number {
    return this.#members[position] ?? 0;
  }

  add(member: number): void {
    const position = this.#positions[member] ?? 0;
    if (position < this.size && this.#members[position] === member) return;
    this.#positions[member] = this.size;
    this.#members[this.size] = member;
    this.size += 1;
  }

  /** Makes these its members. */
  reset(members: readonly number[]): void {
    this.size = 0;
    for (const member of members) this.add(member);
  }

  /** In ascending order. */
  sorted(): readonly number[] {
    return Array.from(this.#members.subarray(0, this.size)).toSorted((left, right) => left - right);
  }
}
