const PRIME = 16_777_619;

/** A hash of everything that happens, in order: two runs of one seed must agree in it. FNV-1a over 32-bit words, twice. */
export class TraceHash {
  #one = 0x811c9dc5;
  #two = 0x050c5d1f;

  add(word: number): void {
    this.#one = Math.imul(this.#one ^ word, PRIME);
    this.#two = Math.imul(this.#two ^ (word + 0x9e3779b9), PRIME) ^ (this.#one >>> 15);
  }

  /** Hex. */
  digest(): string {
    return [this.#one, this.#two].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
