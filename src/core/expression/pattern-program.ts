/**
 * A pattern of RE2 as plain data: made in Node when a policy is compiled, run in the Worker when a request is routed.
 * Equal patterns give equal programs.
 */
export interface PatternProgram {
  /** What every match begins with; empty where that is not known. */
  readonly prefix: string;
  /** What every match holds besides; empty where nothing is certain. */
  readonly needs: string;
  /** Runs of code points that no instruction tells apart, from U+0000 on, in pairs: how many there are, and their class. */
  readonly classes: readonly number[];
  /** Sets of classes, as ranges in pairs: first and last class. */
  readonly sets: readonly (readonly number[])[];
  /** Instructions in triples: `OP`, where it leads relative to itself, argument. The first one is where a match begins. */
  readonly code: readonly number[];
}

/** Why a pattern has no program. */
export interface PatternRefusal {
  readonly refused: string;
}

/** Where programs come from: made of the pattern, or found in a compiled policy. */
export type ProgramSource = (pattern: string) => PatternProgram | PatternRefusal;

/** What an instruction does, and what its argument is. */
export const OP = {
  /** The pattern has been found. */
  found: 0,
  /** Reads a character of a set: its index. */
  read: 1,
  /** Leads to two places: the other one, relative too. */
  fork: 2,
  /** Leads on where all of these `ASSERTION`s hold. */
  assert: 3,
} as const;

/** What can be asked of a place between two characters, as bits. */
export const ASSERTION = {
  beginLine: 1,
  endLine: 2,
  beginText: 4,
  endText: 8,
  wordBoundary: 16,
  noWordBoundary: 32,
} as const;

const LINE = ASSERTION.beginLine | ASSERTION.endLine;
const WORD = ASSERTION.wordBoundary | ASSERTION.noWordBoundary;
const WORD_CHARACTER = /^[0-9A-Za-z_]$/;

/** What stands beside a place: an end of the text, or a character, as far as assertions tell characters apart. */
export type Side = "edge" | "newline" | "word" | "other";

/** What a code point is to a program that makes `assertions`. */
export function sideOf(rune: number, assertions: number): Side {
  if (rune === 0x0a && (assertions & LINE) !== 0) return "newline";
  return (assertions & WORD) !== 0 && WORD_CHARACTER.test(String.fromCodePoint(rune)) ? "word" : "other";
}

/** The assertions that hold between two sides. */
export function assertionsBetween(before: Side, after: Side): number {
  let holds: number = (before === "word") === (after === "word") ? ASSERTION.noWordBoundary : ASSERTION.wordBoundary;
  if (before === "edge") holds |= ASSERTION.beginText | ASSERTION.beginLine;
  if (before === "newline") holds |= ASSERTION.beginLine;
  if (after === "edge") holds |= ASSERTION.endText | ASSERTION.endLine;
  if (after === "newline") holds |= ASSERTION.endLine;
  return holds;
}
