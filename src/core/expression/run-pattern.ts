import { PatternMachine, type Progress, unitsOf } from "./pattern-machine.ts";
import type { PatternProgram } from "./pattern-program.ts";

/** Numbers that one pattern may remember between searches: some 100 KiB. */
const MOST_REMEMBERED = 8_192;

/** A progress that texts have come to before. */
interface State extends Progress {
  /** Where the next character leads, by column of the machine; null where no text has gone yet. */
  readonly next: (State | null)[];
}

const FOUND: State = { places: [], before: "edge", next: [] };
/** Whatever follows, nothing is found. */
const LOST: State = { places: [], before: "edge", next: [] };

/**
 * A pattern that can be searched for, in time proportional to the text. What texts lead to is remembered as states of an
 * automaton, which takes a look-up for each character. When there are too many, all are forgotten, and the rest of the text is searched without.
 * @see https://swtch.com/~rsc/regexp/regexp3.html
 */
export class Pattern {
  /** Instructions: what each character of a text may cost. */
  readonly size: number;
  readonly #machine: PatternMachine;
  readonly #prefix: string;
  readonly #needs: string;
  /** Whether its prefix is all there is to it. */
  readonly #isLiteral: boolean;
  readonly #states = new Map<string, State>();
  #remembered = 0;
  #start: State;

  constructor(program: PatternProgram) {
    this.#machine = new PatternMachine(program);
    this.size = this.#machine.size;
    this.#prefix = program.prefix;
    this.#needs = program.needs;
    this.#isLiteral = program.prefix !== "" && this.size === [...program.prefix].length + 1;
    this.#start = this.#createState({ places: [], before: "edge" });
  }

  /** Whether the pattern is found anywhere in the text. */
  isFoundIn(text: string): boolean {
    const start = this.#prefix === "" ? 0 : text.indexOf(this.#prefix);
    if (start === -1 || !text.includes(this.#needs)) return false;
    return this.#isLiteral || this.#isFoundFrom(start, text);
  }

  #isFoundFrom(start: number, text: string): boolean {
    const { classes, sides } = this.#machine;
    let state = this.#start;
    for (let at = start; at < text.length;) {
      const rune = text.codePointAt(at) ?? 0;
      const column = classes.of(rune);
      const next = state.next[column] ?? this.#explore(state, column);
      if (next === FOUND) return true;
      if (next === LOST) return false;
      if (next === null) return this.#machine.isFoundFrom(at, text, state);
      state = next;
      at += unitsOf(rune);
    }
    const end = sides.length - 1;
    return (state.next[end] ?? this.#explore(state, end)) === FOUND;
  }

  /** Where a column leads from a state; null when that is too much to remember. */
  #explore(state: State, column: number): State | null {
    const places = this.#machine.advance(state, column);
    const next = places === null ? FOUND : this.#stateAt(places, column);
    if (next !== null) state.next[column] = next;
    return next;
  }

  #stateAt(places: readonly number[], column: number): State | null {
    const { isAnchored, sides } = this.#machine;
    if (column === sides.length - 1 || (isAnchored && places.length === 0)) return LOST;
    const before = sides[column] ?? "edge";
    const name = `${before} ${places.join(" ")}`;
    const known = this.#states.get(name);
    if (known !== undefined) return known;
    this.#remembered += 2 * places.length + sides.length;
    if (this.#remembered > MOST_REMEMBERED) {
      this.#forget();
      return null;
    }
    const state = this.#createState({ places, before });
    this.#states.set(name, state);
    return state;
  }

  #forget(): void {
    this.#states.clear();
    this.#remembered = 0;
    this.#start = this.#createState({ places: [], before: "edge" });
  }

  #createState(progress: Progress): State {
    return { ...progress, next: this.#machine.sides.map(() => null) };
  }
}
