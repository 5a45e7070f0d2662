import { inverseLength, MOST_DIMENSIONS } from "./quantise.ts";
import { LANES } from "./scan-kernel.ts";

/** Of a full page, as it is kept. */
export const PAGE_BYTES = 65_536;
const FORMAT = 1;
/** The format, 0, and the dimensions in two bytes; four bytes are free. */
const HEADER_BYTES = 8;
/** An entry's number and one over its vector's length. */
const PREFIX_BYTES = 8;
/** What a page's objects take beside its vectors, roughly. */
const OVERHEAD_BYTES = 512;

/** How vectors of so many dimensions lie in pages. */
export interface PageLayout {
  readonly dimensions: number;
  /** Bytes of a vector, padded. */
  readonly size: number;
  /** Vectors of a full page. */
  readonly capacity: number;
}

/** @throws RangeError when no embedder has so many dimensions */
export function layOut(dimensions: number): PageLayout {
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > MOST_DIMENSIONS)
    throw new RangeError(`An index has 1 to ${MOST_DIMENSIONS} dimensions, not ${dimensions}.`);
  const size = Math.ceil(dimensions / LANES) * LANES;
  return { dimensions, size, capacity: Math.floor((PAGE_BYTES - HEADER_BYTES) / (PREFIX_BYTES + size)) };
}

/**
 * Some vectors of one scope, close together: a removed one's place is taken by the last. Memory grows with them, so that a scope of one
 * vector does not hold 64 KB. As it is kept, little-endian: header, numbers of the entries, inverse lengths, vectors.
 */
export class VectorPage {
  readonly number: number;
  readonly #layout: PageLayout;
  #count = 0;
  #entries = new Uint32Array(0);
  #inverseLengths = new Float32Array(0);
  #vectors = new Int8Array(0);

  constructor(layout: PageLayout, number: number) {
    this.#layout = layout;
    this.number = number;
  }

  /** Null for what no page of this layout wrote. */
  static read(layout: PageLayout, number: number, kept: Uint8Array): VectorPage | null {
    const { capacity, dimensions, size } = layout;
    const count = (kept.byteLength - HEADER_BYTES) / (PREFIX_BYTES + size);
    if (!Number.isInteger(count) || count < 1 || count > capacity) return null;
    const header = new DataView(kept.buffer, kept.byteOffset, HEADER_BYTES);
    if (header.getUint8(0) !== FORMAT || header.getUint16(2, true) !== dimensions) return null;
    const page = new VectorPage(layout, number);
    // A copy is aligned, and is nobody else's.
    page.#hold(kept.slice(HEADER_BYTES).buffer, count);
    page.#count = count;
    return page.#inverseLengths.every((inverse) => inverse > 0 && inverse <= 1) ? page : null;
  }

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count === this.#layout.capacity;
  }

  /** What it holds of memory. */
  get heldBytes(): number {
    return OVERHEAD_BYTES + this.#entries.length * (PREFIX_BYTES + this.#layout.size);
  }

  get entries(): Uint32Array {
    return this.#entries.subarray(0, this.#count);
  }

  get inverseLengths(): Float32Array {
    return this.#inverseLengths;
  }

  get vectors(): Int8Array {
    return this.#vectors.subarray(0, this.#count * this.#layout.size);
  }

  /** A full page takes no more. */
  append(entry: number, vector: Int8Array): void {
    if (this.#count === this.#entries.length) this.#grow(Math.min(this.#layout.capacity, Math.max(1, this.#count * 2)));
    this.#count += 1;
    this.set(this.#count - 1, entry, vector);
  }

  set(at: number, entry: number, vector: Int8Array): void {
    this.#entries[at] = entry;
    this.#inverseLengths[at] = inverseLength(vector);
    this.#vectors.set(vector, at * this.#layout.size);
  }

  remove(at: number): void {
    const last = this.#count - 1;
    this.set(at, this.#entries[last] ?? 0, this.#vectorAt(last));
    this.#count = last;
  }

  /** Takes in what another page has; both together fit. */
  absorb(other: VectorPage): void {
    other.entries.forEach((entry, at) => this.append(entry, other.#vectorAt(at)));
  }

  /** As it is kept; a copy. */
  write(): Uint8Array<ArrayBuffer> {
    const count = this.#count;
    const bytes = new Uint8Array(HEADER_BYTES + count * (PREFIX_BYTES + this.#layout.size));
    const header = new DataView(bytes.buffer);
    header.setUint8(0, FORMAT);
    header.setUint16(2, this.#layout.dimensions, true);
    new Uint32Array(bytes.buffer, HEADER_BYTES, count).set(this.entries);
    new Float32Array(bytes.buffer, HEADER_BYTES + count * 4, count).set(this.#inverseLengths.subarray(0, count));
    bytes.set(new Uint8Array(this.vectors.buffer, this.vectors.byteOffset, this.vectors.length), HEADER_BYTES + count * 8);
    return bytes;
  }

  #vectorAt(at: number): Int8Array {
    const { size } = this.#layout;
    return this.#vectors.subarray(at * size, (at + 1) * size);
  }

  #grow(capacity: number): void {
    const [entries, inverseLengths, vectors] = [this.entries, this.#inverseLengths, this.vectors];
    this.#hold(new ArrayBuffer(capacity * (PREFIX_BYTES + this.#layout.size)), capacity);
    this.#entries.set(entries);
    this.#inverseLengths.set(inverseLengths);
    this.#vectors.set(vectors);
  }

  #hold(buffer: ArrayBuffer, capacity: number): void {
    this.#entries = new Uint32Array(buffer, 0, capacity);
    this.#inverseLengths = new Float32Array(buffer, capacity * 4, capacity);
    this.#vectors = new Int8Array(buffer, capacity * PREFIX_BYTES, capacity * this.#layout.size);
  }
}
