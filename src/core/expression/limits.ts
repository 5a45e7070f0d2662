/** What an expression may be and do. The README beside this file lists the same figures. */
export const EXPRESSION_LIMITS = {
  characters: 4_096,
  /** Literals, names, operators, calls. */
  terms: 500,
  nesting: 32,
  /** Of one list or map that is written out. */
  entries: 100,
  /** Of one evaluation: terms, those of a comprehension once for each entry, text functions as `TEXT_STEPS`. */
  steps: 10_000,
  /** Instructions of one `re2` pattern. */
  patternInstructions: 5_000,
  /** UTF-16 units: the longest text given to a pattern. */
  patternText: 256 * 1_024,
  /**
   * Instructions times characters in one evaluation. RE2 is linear in both, and where its automaton has more states than
   * it may remember, each takes some 10 ns: 5,000 instructions over 256 Ki characters took 11 s, this takes 0.2 s.
   */
  patternWork: 12_582_912,
} as const;

/** Steps of a function that reads a whole text or collection, which may have 32 KiB. */
export const TEXT_STEPS = 20;
