import { similarityOf } from "./quantise.ts";

/** An entry whose vector is near. */
export interface Match {
  readonly entry: number;
  /** Cosine, from -1 to 1. */
  readonly similarity: number;
}

export interface ScanOptions {
  /** How many matches are wanted. */
  readonly most: number;
  /** False of what must not be found: expired, dead. Asked of few: of those that would be among the nearest. */
  readonly isLive: (entry: number) => boolean;
}

/** What a kernel found of one page. */
export interface ScannedPage {
  readonly entries: Uint32Array;
  readonly inverseLengths: Float32Array;
  readonly products: Int32Array;
}

/** The nearest of all that were considered, nearest first; of equally near ones those with lower numbers. */
export class Nearest {
  readonly matches: Match[] = [];
  readonly #options: ScanOptions;
  /** What a vector must reach to be among them. */
  #floor = Number.NEGATIVE_INFINITY;

  constructor(options: ScanOptions) {
    this.#options = options;
  }

  /** `inverse`: one over the query's length. */
  consider({ entries, inverseLengths, products }: ScannedPage, inverse: number): void {
    let floor = this.#floor;
    for (let at = 0; at < entries.length; at += 1) {
      // Not bounded yet, which most need not be: only what is nearer than the nearest before is looked at more closely.
      if ((products[at] ?? 0) * inverse * (inverseLengths[at] ?? 0) < floor) continue;
      this.#take({ entry: entries[at] ?? 0, similarity: similarityOf(products[at] ?? 0, inverse, inverseLengths[at] ?? 0) });
      floor = this.#floor;
    }
  }

  #take(match: Match): void {
    const { matches } = this;
    const { isLive, most } = this.#options;
    const at = matches.findLastIndex((other) => isBefore(other, match)) + 1;
    if (at >= most || !isLive(match.entry)) return;
    matches.splice(at, 0, match);
    matches.length = Math.min(matches.length, most);
    if (matches.length === most) this.#floor = matches.at(-1)?.similarity ?? this.#floor;
  }
}

function isBefore(one: Match, other: Match): boolean {
  return one.similarity > other.similarity || (one.similarity === other.similarity && one.entry < other.entry);
}
