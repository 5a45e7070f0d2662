/** Characters of one value; what is longer is an attack or a fault. */
const VALUE_CHARACTERS = 8 * 1024 * 1024;

const STRUCTURAL = /["\\{}[\]]/g;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;

/**
 * Splits a JSON array, in any split of its text, into the texts of the objects in it; a bare object counts as an array of one.
 * Sans-I/O. This is how the API streams where nobody asks for events.
 */
export class JsonSequence {
  /** Why reading stopped: a cap was broken. */
  failure: string | null = null;
  /** The array has been closed. */
  terminated = false;
  readonly #take: (object: string) => void;
  /** The object being read, as far as it came in earlier pushes. */
  #held = "";
  /** Where it begins, or goes on, in the text of this push. */
  #from = 0;
  #depth = 0;
  #inString = false;
  /** The last character was a backslash, which hides the next one. */
  #isEscaped = false;

  constructor(take: (object: string) => void) {
    this.#take = take;
  }

  /** What was pushed ends inside an object. */
  get midEvent(): boolean {
    return this.#depth > 0;
  }

  push(text: string): void {
    if (text === "" || this.failure !== null) return;
    this.#from = 0;
    let at = this.#isEscaped ? 1 : 0;
    this.#isEscaped = false;
    while (at < text.length && !this.terminated) at = this.#step(text, at);
    if (this.#depth === 0) return;
    this.#held += text.slice(this.#from);
    if (this.#held.length > VALUE_CHARACTERS)
      this.failure = `An object of the stream is longer than ${VALUE_CHARACTERS} characters.`;
  }

  /** The position after the next character that means something. */
  #step(text: string, start: number): number {
    STRUCTURAL.lastIndex = start;
    const at = STRUCTURAL.exec(text)?.index ?? text.length;
    if (at === text.length) return at;
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) return this.#skipEscape(at, text.length);
    const depth = this.#depth;
    this.#look(code);
    if (depth === 0 && this.#depth === 1) this.#from = at;
    if (depth === 1 && this.#depth === 0) {
      this.#take(this.#held + text.slice(this.#from, at + 1));
      this.#held = "";
    }
    return at + 1;
  }

  #skipEscape(at: number, length: number): number {
    if (!this.#inString) return at + 1;
    this.#isEscaped = at + 1 === length;
    return at + 2;
  }

  #look(code: number): void {
    if (code === QUOTE) this.#inString = this.#depth > 0 && !this.#inString;
    else if (this.#inString) return;
    else if (code === OPEN_BRACE || (code === OPEN_BRACKET && this.#depth > 0)) this.#depth += 1;
    else if (this.#depth > 0) this.#depth -= 1;
    else if (code === CLOSE_BRACKET) this.terminated = true;
  }
}
