/** How far back a message that was overtaken is still told from a repeated one. */
const REACH = 31;

/** Tells numbered messages that come twice, or late, from new ones. */
export class SequenceWindow {
  #newest = 0;
  /** Bit n: whether `newest - n` has come. */
  #seen = 0;

  /** `late` was overtaken by a newer one; what came before, or is too old to tell, is `repeated`. */
  note(seq: number): "newest" | "late" | "repeated" {
    const ahead = seq - this.#newest;
    if (ahead > 0) {
      this.#seen = ahead > REACH ? 1 : (this.#seen << ahead) | 1;
      this.#newest = seq;
      return "newest";
    }
    const bit = 1 << -ahead;
    if (-ahead > REACH || (this.#seen & bit) !== 0) return "repeated";
    this.#seen |= bit;
    return "late";
  }

  get newest(): number {
    return this.#newest;
  }
}
