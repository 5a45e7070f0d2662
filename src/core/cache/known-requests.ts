/** All texts together, in characters. */
const MOST_CHARACTERS = 2_000_000;
/** A longer request is read again: hashing it is little beside sending it. */
const LONGEST = 32_768;

/**
 * What was found out about requests that came before, byte for byte equal ones: they are neither read into the canonical form nor
 * hashed again. The text itself is the key: the engine hashes and compares it faster than any digest is made. Longest unused go first.
 */
export class KnownRequests<Facts> {
  readonly #facts = new Map<string, Facts>();
  #characters = 0;

  /** `text`: all that the facts depend on. */
  get(text: string): Facts | null {
    if (text.length > LONGEST) return null;
    const facts = this.#facts.get(text);
    if (facts === undefined) return null;
    this.#facts.delete(text);
    this.#facts.set(text, facts);
    return facts;
  }

  put(text: string, facts: Facts): void {
    if (text.length > LONGEST) return;
    if (!this.#facts.has(text)) this.#characters += text.length;
    this.#facts.set(text, facts);
    for (const oldest of this.#facts.keys()) {
      if (this.#characters <= MOST_CHARACTERS) return;
      this.#facts.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}
