const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What two characters of an escape stand for, where it matters here. */
const ESCAPED: Readonly<Record<string, number>> = { '"': QUOTE, "\\": BACKSLASH };

/**
 * Follows a call's arguments, escaped as deltas carry them, to where their one object or array ends. Each character is
 * looked at once, however often it is asked: what stands in strings may look like an end.
 */
export class ArgumentsEnd {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isReached = false;

  /** The outermost object or array has been closed. */
  get isReached(): boolean {
    return this.#isReached;
  }

  /** More of the arguments; no escape is ever split over two texts. */
  read(escaped: string): void {
    for (let index = 0; index < escaped.length; index++) {
      const code = escaped.charCodeAt(index);
      if (code !== BACKSLASH) {
        this.#take(code);
        continue;
      }
      const letter = escaped[++index] ?? "";
      if (letter !== "u") this.#take(ESCAPED[letter] ?? 0);
      else {
        this.#take(Number.parseInt(escaped.slice(index + 1, index + 5), 16));
        index += 4;
      }
    }
  }

  #take(code: number): void {
    if (this.#isInString) return this.#takeInString(code);
    if (code === QUOTE) this.#isInString = true;
    else if (code === 0x7b || code === 0x5b) this.#depth += 1;
    else if (code === 0x7d || code === 0x5d) {
      this.#depth -= 1;
      this.#isReached ||= this.#depth <= 0;
    }
  }

  #takeInString(code: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (code === BACKSLASH) this.#isEscaped = true;
    else if (code === QUOTE) this.#isInString = false;
  }
}
