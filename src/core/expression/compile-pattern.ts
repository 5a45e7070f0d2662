import { RE2JS } from "re2js";
import { EXPRESSION_LIMITS } from "./limits.ts";
import { OP, type PatternProgram, type PatternRefusal, sideOf } from "./pattern-program.ts";

/** An instruction as re2js makes it, in what is read of it here. Its assertions are those of `ASSERTION`. */
interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: Int32Array;
  matchRune(rune: number): boolean;
}

/** Numbers that re2js gives to what its instructions do. */
const RE2_OP = { fork: 1, capture: 3, assert: 4, fail: 5, found: 6, nothing: 7, firstRead: 8, lastRead: 11 } as const;
const PREFILTER = { text: 1, all: 2 } as const;
const PAST_LAST_RUNE = 0x110000;

/**
 * The program of a pattern, or why it is refused: RE2 has no backreferences and no look-around, and its programs are
 * capped. Takes time in proportion to the program, so its size is estimated before. What captures is left out of the
 * program, and case is folded into its sets.
 */
export function compilePattern(pattern: string): PatternProgram | PatternRefusal {
  const { patternInstructions } = EXPRESSION_LIMITS;
  try {
    const compiled = RE2JS.compile(pattern);
    const size = compiled.programSize();
    if (size > patternInstructions)
      return { refused: `the pattern makes ${size} instructions of at most ${patternInstructions}` };
    const { dfa, prefilter, prefix, prog } = compiled.re2Input;
    return {
      prefix,
      needs: needsOf(prefilter, prefix),
      ...createProgram(reachable(prog.start, prog.inst), [0, ...dfa.classBounds]),
    };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : "no pattern of RE2" };
  }
}

/** What re2js looks for in a text before it runs a program: one text, or all or one of several filters. */
interface Prefilter {
  readonly type: number;
  readonly str: string;
  readonly subs: readonly Prefilter[];
}

/** The longest text that every match holds besides its prefix. */
function needsOf(prefilter: Prefilter | null, prefix: string): string {
  const all = prefilter?.type === PREFILTER.all ? prefilter.subs : [prefilter];
  const texts = all.flatMap((one) => (one?.type === PREFILTER.text && !prefix.includes(one.str) ? [one.str] : []));
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), "");
}

/** An instruction and where it leads, relative to itself. */
interface Placed {
  readonly instruction: Instruction;
  readonly out: number;
  /** Of a fork. */
  readonly other: number;
}

/** What can be reached from the start, which comes first, without what does nothing. */
function reachable(start: number, instructions: readonly Instruction[]): readonly Placed[] {
  const at = (pc: number): Instruction => {
    const instruction = instructions[pc];
    if (instruction === undefined) throw new Error(`there is no instruction ${pc}`);
    return instruction;
  };
  const skip = (pc: number): number => {
    const { op, out } = at(pc);
    return op === RE2_OP.nothing || op === RE2_OP.capture ? skip(out) : pc;
  };
  const places = new Map([[skip(start), 0]]);
  const place = (pc: number): number => {
    const target = skip(pc);
    const known = places.get(target) ?? places.size;
    places.set(target, known);
    return known;
  };
  const placed: Placed[] = [];
  for (const [pc, own] of places) {
    const instruction = at(pc);
    const out = instruction.op === RE2_OP.found ? 0 : place(instruction.out) - own;
    placed.push({ instruction, out, other: instruction.op === RE2_OP.fork ? place(instruction.arg) - own : 0 });
  }
  return placed;
}

/** `bounds`: code points at which the answer of an instruction may change. */
function createProgram(placed: readonly Placed[], bounds: readonly number[]): Omit<PatternProgram, "prefix" | "needs"> {
  const readers = new Map<string, { readonly index: number; readonly instruction: Instruction }>();
  const code = placed.flatMap(({ instruction, other, out }) => {
    const { arg, op } = instruction;
    if (op === RE2_OP.found) return [OP.found, 0, 0];
    if (op === RE2_OP.fork) return [OP.fork, out, other];
    if (op === RE2_OP.assert) return [OP.assert, out, arg];
    // What fails reads a character of no set.
    if (op !== RE2_OP.fail && (op < RE2_OP.firstRead || op > RE2_OP.lastRead)) throw new Error(`there is no operation ${op}`);
    const key = `${arg} ${instruction.runes.join(" ")}`;
    const reader = readers.get(key) ?? { index: readers.size, instruction };
    readers.set(key, reader);
    return [OP.read, out, reader.index];
  });
  const assertions = placed.reduce((all, { instruction: { arg, op } }) => (op === RE2_OP.assert ? all | arg : all), 0);
  const answersAt = (rune: number): string =>
    [...readers.values()].map(({ instruction }) => (instruction.matchRune(rune) ? "1" : "0")).join("") + sideOf(rune, assertions);
  const { classes, kinds } = classify(bounds, answersAt);
  return { classes, sets: Array.from({ length: readers.size }, (_, index) => rangesOf(kinds, index)), code };
}

/** Code points of which all answers are equal are one class. `kinds`: the answers by class. */
function classify(bounds: readonly number[], answersAt: (rune: number) => string) {
  const numbers = new Map<string, number>();
  const runs: { size: number; readonly number: number }[] = [];
  for (const [index, bound] of bounds.entries()) {
    const size = (bounds[index + 1] ?? PAST_LAST_RUNE) - bound;
    if (size === 0) continue;
    const answers = answersAt(bound);
    const number = numbers.get(answers) ?? numbers.size;
    numbers.set(answers, number);
    const last = runs.at(-1);
    if (last?.number === number) last.size += size;
    else runs.push({ size, number });
  }
  return { classes: runs.flatMap(({ number, size }) => [size, number]), kinds: [...numbers.keys()] };
}

/** The classes of which the answer at `index` is yes, as first and last of each range. */
function rangesOf(kinds: readonly string[], index: number): readonly number[] {
  const isIn = (number: number): boolean => kinds[number]?.[index] === "1";
  return kinds.flatMap((_, number) => [
    ...(isIn(number) && !isIn(number - 1) ? [number] : []),
    ...(isIn(number) && !isIn(number + 1) ? [number] : []),
  ]);
}
