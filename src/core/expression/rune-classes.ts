const LATIN = 256;

/** Code points in the classes of a program. */
export class RuneClasses {
  /** One code point of each class. */
  readonly examples: readonly number[];
  /** Where each run of code points begins, and its class. */
  readonly #starts: Int32Array;
  readonly #numbers: Uint16Array;
  readonly #latin: Uint16Array;

  /** `runs`: `PatternProgram.classes`. */
  constructor(runs: readonly number[]) {
    this.#starts = new Int32Array(runs.length / 2);
    this.#numbers = new Uint16Array(runs.length / 2);
    const examples: number[] = [];
    let start = 0;
    for (const run of this.#starts.keys()) {
      const number = runs[2 * run + 1] ?? 0;
      this.#starts[run] = start;
      this.#numbers[run] = number;
      examples[number] ??= start;
      start += runs[2 * run] ?? 0;
    }
    this.examples = examples;
    this.#latin = Uint16Array.from({ length: LATIN }, (_, rune) => this.#find(rune));
  }

  /** The class of a code point. */
  of(rune: number): number {
    return rune < LATIN ? (this.#latin[rune] ?? 0) : this.#find(rune);
  }

  #find(rune: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= rune) low = middle;
      else high = middle;
    }
    return this.#numbers[low] ?? 0;
  }
}
