import type { Match } from "../index/nearest.ts";
import type { ScanKernel } from "../index/scan-kernel.ts";
import { type PageChange, VectorPages } from "../index/vector-pages.ts";
import type { AnswerTables, Bytes, PagePlace } from "./answer-tables.ts";
import type { Seal } from "./seal.ts";

/** Which entries are looked for. */
export interface Near {
  readonly scope: number;
  readonly vector: Int8Array;
  readonly most: number;
  readonly isLive: (entry: number) => boolean;
}

/** A page as it is to be kept; without bytes it goes. */
export interface SealedChange extends PagePlace {
  readonly bytes: Bytes | null;
}

/**
 * The vectors of a book in memory, as far as one key opens them: those of a scope are read when they are first needed. What does not
 * open is not there.
 */
export class Vectors {
  readonly #tables: AnswerTables;
  readonly #kernel: ScanKernel;
  #keyId = "";
  #byDimensions = new Map<number, VectorPages>();
  #read = new Map<number, Promise<void>>();

  constructor(tables: AnswerTables, kernel: ScanKernel) {
    this.#tables = tables;
    this.#kernel = kernel;
  }

  /** Resolves when those of a scope are in memory. */
  async read(seal: Seal, scope: number): Promise<void> {
    if (this.#keyId !== seal.keyId) {
      this.#keyId = seal.keyId;
      this.#byDimensions = new Map();
      this.#read = new Map();
    }
    const reading = this.#read.get(scope) ?? this.#readScope(seal, scope);
    this.#read.set(scope, reading);
    await reading;
  }

  /** The nearest first. */
  nearest({ isLive, most, scope, vector }: Near): readonly Match[] {
    return this.#byDimensions.get(vector.length)?.scan(vector, { scope, most, isLive }) ?? [];
  }

  /** What is to be kept with the entry. Memory has it at once; without its entry it is never found. */
  async add(seal: Seal, { entry, scope, vector }: { entry: number; scope: number; vector: Int8Array }): Promise<SealedChange> {
    await this.read(seal, scope);
    return sealChange(seal, vector.length, this.#pagesOf(vector.length).add(scope, entry, vector));
  }

  /** Inside of a change. */
  write({ bytes, ...place }: SealedChange): void {
    if (bytes === null) this.#tables.dropPage(place);
    else this.#tables.savePage({ ...place, bytes });
  }

  /** Erases vectors whose entries are gone. */
  async tidy(seal: Seal): Promise<void> {
    const orphans = this.#tables.orphans(seal.keyId);
    if (orphans.length === 0) return;
    for (const scope of new Set(orphans.map((orphan) => orphan.scope))) await this.read(seal, scope);
    // Of a page that changes several times the last is the one that counts.
    const changes = new Map<string, { readonly dimensions: number; readonly change: PageChange }>();
    for (const { dimensions, entry, scope } of orphans)
      for (const change of this.#byDimensions.get(dimensions)?.remove(scope, entry) ?? [])
        changes.set(nameOf({ ...change, dimensions }), { dimensions, change });
    const sealed = await Promise.all([...changes.values()].map(({ change, dimensions }) => sealChange(seal, dimensions, change)));
    this.#tables.change(() => {
      for (const change of sealed) this.write(change);
      this.#tables.dropOrphans(orphans);
    });
  }

  async #readScope(seal: Seal, scope: number): Promise<void> {
    const byDimensions = this.#byDimensions;
    for (const { bytes, dimensions, number } of this.#tables.pages(seal.keyId, scope)) {
      const opened = await seal.open(bytes, nameOf({ dimensions, scope, number }));
      if (opened !== null && byDimensions === this.#byDimensions)
        this.#pagesOf(dimensions).load({ scope, number, bytes: opened });
    }
  }

  #pagesOf(dimensions: number): VectorPages {
    const pages = this.#byDimensions.get(dimensions) ?? new VectorPages(dimensions, this.#kernel);
    this.#byDimensions.set(dimensions, pages);
    return pages;
  }
}

async function sealChange(seal: Seal, dimensions: number, { bytes, number, scope }: PageChange): Promise<SealedChange> {
  const place = { keyId: seal.keyId, dimensions, scope, number };
  return { ...place, bytes: bytes === null ? null : await seal.seal(bytes, nameOf(place)) };
}

function nameOf({ dimensions, number, scope }: Omit<PagePlace, "keyId">): string {
  return `page ${dimensions} ${scope} ${number}`;
}
