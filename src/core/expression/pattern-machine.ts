import { ASSERTION, assertionsBetween, OP, type PatternProgram, type Side, sideOf } from "./pattern-program.ts";
import { RuneClasses } from "./rune-classes.ts";
import { SparseSet } from "./sparse-set.ts";

const LAST_OF_ONE_UNIT = 0xffff;

/** How far a text has led. */
export interface Progress {
  /** Instructions that go on from here; a match may begin here too. */
  readonly places: readonly number[];
  /** What stands before. */
  readonly before: Side;
}

/**
 * Runs a program over a text. All instructions that the text leads to are followed at once, so there is nothing to go back
 * to, and each of them takes one step for a character at most.
 * @see https://swtch.com/~rsc/regexp/regexp2.html
 */
export class PatternMachine {
  /** Instructions. */
  readonly size: number;
  readonly classes: RuneClasses;
  /** What stands beside a place, by class of code points; one more after the last class is the end of the text. */
  readonly sides: readonly Side[];
  /** Whether matches begin where the text does. */
  readonly isAnchored: boolean;
  readonly #operations: Uint8Array;
  readonly #outs: Int32Array;
  /** The other way out of a fork, else the argument. */
  readonly #others: Int32Array;
  /** Whether a set has a class: a row for each set, a column for each side. */
  readonly #isIn: Uint8Array;
  #from: SparseSet;
  #to: SparseSet;

  constructor({ classes, code, sets }: PatternProgram) {
    this.size = code.length / 3;
    this.classes = new RuneClasses(classes);
    this.#operations = new Uint8Array(this.size);
    this.#outs = new Int32Array(this.size);
    this.#others = new Int32Array(this.size);
    let assertions = 0;
    for (const place of this.#operations.keys()) {
      const [op = 0, out = 0, argument = 0] = code.slice(3 * place, 3 * place + 3);
      this.#operations[place] = op;
      this.#outs[place] = place + out;
      this.#others[place] = op === OP.fork ? place + argument : argument;
      if (op === OP.assert) assertions |= argument;
    }
    this.sides = [...this.classes.examples.map((rune) => sideOf(rune, assertions)), "edge"];
    this.isAnchored = code[0] === OP.assert && ((code[2] ?? 0) & ASSERTION.beginText) !== 0;
    this.#isIn = createTable(sets, this.sides.length);
    this.#from = new SparseSet(this.size);
    this.#to = new SparseSet(this.size);
  }

  /** Where a character leads, in ascending order; null when the pattern is found before it. `column`: its class, or the end. */
  advance({ before, places }: Progress, column: number): readonly number[] | null {
    this.#from.reset(places);
    return this.#step(before, column) ? null : this.#to.sorted();
  }

  /** Whether the pattern is found in the rest of a text. */
  isFoundFrom(start: number, text: string, { before, places }: Progress): boolean {
    let side = before;
    this.#to.reset(places);
    for (let at = start; at <= text.length;) {
      const rune = text.codePointAt(at);
      const column = rune === undefined ? this.sides.length - 1 : this.classes.of(rune);
      [this.#from, this.#to] = [this.#to, this.#from];
      if (this.#step(side, column)) return true;
      side = this.sides[column] ?? "edge";
      at += unitsOf(rune ?? 0);
    }
    return false;
  }

  /** Whether the pattern is found before what comes next; if not, `#to` is where `#from` leads. */
  #step(before: Side, column: number): boolean {
    const holding = assertionsBetween(before, this.sides[column] ?? "edge");
    const columns = this.sides.length;
    const from = this.#from;
    const to = this.#to;
    to.reset([]);
    from.add(0);
    // What leads on without reading is added to what is being gone through.
    for (let position = 0; position < from.size; position += 1) {
      const place = from.at(position);
      const out = this.#outs[place] ?? 0;
      const other = this.#others[place] ?? 0;
      switch (this.#operations[place]) {
        case OP.found:
          return true;
        case OP.read:
          if (this.#isIn[other * columns + column] === 1) to.add(out);
          break;
        case OP.fork:
          from.add(out);
          from.add(other);
          break;
        default:
          if ((other & ~holding) === 0) from.add(out);
      }
    }
    return false;
  }
}

/** UTF-16 units of a code point. */
export function unitsOf(rune: number): number {
  return rune > LAST_OF_ONE_UNIT ? 2 : 1;
}

function createTable(sets: PatternProgram["sets"], columns: number): Uint8Array {
  const table = new Uint8Array(sets.length * columns);
  for (const [row, ranges] of sets.entries())
    for (let index = 0; index < ranges.length; index += 2)
      table.fill(1, row * columns + (ranges[index] ?? 0), row * columns + (ranges[index + 1] ?? 0) + 1);
  return table;
}
