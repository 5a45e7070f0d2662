import { type Match, Nearest, type ScanOptions } from "./nearest.ts";
import { inverseLength } from "./quantise.ts";
import type { ScanKernel } from "./scan-kernel.ts";
import { layOut, type PageLayout, VectorPage } from "./vector-page.ts";

/** A row of the page store: at most `PAGE_BYTES`, found by its scope and its number in it. */
export interface KeptPage {
  readonly scope: number;
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** What is to be done to the page store, at once with all else that the same call says; null bytes: the row goes. */
export interface PageChange {
  readonly scope: number;
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
}

/** Which vectors are looked at, and which of them count. */
export interface ScopeOptions extends ScanOptions {
  readonly scope: number;
}

/** Two pages become one where they fill at most so much of it: what then comes has room. */
const MERGED_SHARE = 0.75;

/**
 * The vectors of one shard in memory, each of one entry: found by scanning all of its scope, and no others. Scopes and entries are whole
 * numbers below 2³² that the caller gives. A page store keeps what it says; each change writes one page, and sometimes drops one.
 */
export class VectorPages {
  readonly #layout: PageLayout;
  readonly #kernel: ScanKernel;
  readonly #scopes = new Map<number, VectorPage[]>();
  #count = 0;
  #heldBytes = 0;

  /** @throws RangeError when no embedder has so many dimensions */
  constructor(dimensions: number, kernel: ScanKernel) {
    this.#layout = layOut(dimensions);
    this.#kernel = kernel;
  }

  /** How many vectors there are. */
  get count(): number {
    return this.#count;
  }

  /** What they hold of memory. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Takes in a page of the store, each once. False, and nothing is taken, of one that this index would not have written. */
  load({ bytes, number, scope }: KeptPage): boolean {
    const page = VectorPage.read(this.#layout, number, bytes);
    if (page !== null) this.#put(scope, page);
    return page !== null;
  }

  /** Adds a vector of the index's dimensions; an entry that is there already gets it instead of its own. */
  add(scope: number, entry: number, vector: Int8Array): PageChange {
    const found = this.#find(scope, entry);
    if (found !== null) {
      found.page.set(found.at, entry, vector);
      return written(scope, found.page);
    }
    const page = this.#pageWithRoom(scope);
    const before = page.heldBytes;
    page.append(entry, vector);
    this.#heldBytes += page.heldBytes - before;
    this.#count += 1;
    return written(scope, page);
  }

  /** Nothing changes where the entry is not there. */
  remove(scope: number, entry: number): readonly PageChange[] {
    const found = this.#find(scope, entry);
    if (found === null) return [];
    found.page.remove(found.at);
    this.#count -= 1;
    return this.#compact(scope, found.page);
  }

  /** Removes all of a scope. */
  forget(scope: number): readonly PageChange[] {
    return [...this.#pagesOf(scope)].map((page) => this.#drop(scope, page));
  }

  /** The nearest, nearest first; of equally near ones those with lower numbers. */
  scan(query: Int8Array, options: ScopeOptions): readonly Match[] {
    const padded = new Int8Array(this.#layout.size);
    padded.set(query);
    const nearest = new Nearest(options);
    const inverse = inverseLength(query);
    for (const { entries, inverseLengths, vectors } of this.#pagesOf(options.scope))
      nearest.consider({ entries, inverseLengths, products: this.#kernel.multiply(padded, vectors) }, inverse);
    return nearest.matches;
  }

  #pagesOf(scope: number): readonly VectorPage[] {
    return this.#scopes.get(scope) ?? [];
  }

  #find(scope: number, entry: number): { readonly page: VectorPage; readonly at: number } | null {
    for (const page of this.#pagesOf(scope)) {
      const at = page.entries.indexOf(entry);
      if (at !== -1) return { page, at };
    }
    return null;
  }

  #pageWithRoom(scope: number): VectorPage {
    const pages = this.#pagesOf(scope);
    const page = pages.find(({ isFull }) => !isFull);
    if (page !== undefined) return page;
    const created = new VectorPage(this.#layout, Math.max(-1, ...pages.map(({ number }) => number)) + 1);
    this.#put(scope, created);
    return created;
  }

  /** After something went from a page: what is sparse becomes one, so that a scope holds no more than it needs. */
  #compact(scope: number, page: VectorPage): readonly PageChange[] {
    if (page.count === 0) return [this.#drop(scope, page)];
    const most = this.#layout.capacity * MERGED_SHARE;
    const partner = this.#pagesOf(scope).find((other) => other !== page && other.count + page.count <= most);
    if (partner === undefined) return [written(scope, page)];
    const [before, moved] = [partner.heldBytes, page.count];
    partner.absorb(page);
    this.#heldBytes += partner.heldBytes - before;
    this.#count += moved;
    return [written(scope, partner), this.#drop(scope, page)];
  }

  #put(scope: number, page: VectorPage): void {
    const pages = this.#scopes.get(scope);
    if (pages === undefined) this.#scopes.set(scope, [page]);
    else pages.push(page);
    this.#heldBytes += page.heldBytes;
    this.#count += page.count;
  }

  #drop(scope: number, page: VectorPage): PageChange {
    const left = this.#pagesOf(scope).filter((other) => other !== page);
    if (left.length === 0) this.#scopes.delete(scope);
    else this.#scopes.set(scope, left);
    this.#heldBytes -= page.heldBytes;
    this.#count -= page.count;
    return { scope, number: page.number, bytes: null };
  }
}

function written(scope: number, page: VectorPage): PageChange {
  return { scope, number: page.number, bytes: page.write() };
}
