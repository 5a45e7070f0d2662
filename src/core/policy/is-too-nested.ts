import { Lexer } from "yaml";

/** Beyond any policy; below what the parser, which recurses once per level, can survive. */
const DEEPEST_FLOW = 32;
const LONGEST_INDENT = 128;
const MOST_KEYS_IN_LINE = 16;
const FLOW_STEPS: ReadonlyMap<string, number> = new Map([
  ["[", 1],
  ["{", 1],
  ["]", -1],
  ["}", -1],
]);
const LINE_ENDS: ReadonlySet<string> = new Set(["\n", "\r\n"]);
const KEY_INDICATORS: ReadonlySet<string> = new Set([":", "?"]);
const LONG_INDENT = new RegExp(`^[ \\t?:-]{${LONGEST_INDENT + 1}}`, "m");

/**
 * Whether parsing the text could exhaust the stack. Asked before the parser runs, because V8 ends the whole process
 * when the stack runs out inside a regular expression: there is nothing to catch.
 */
export function isTooNested(text: string): boolean {
  // The lexer itself recurses over `- - - …`, so a line's indentation and indicators are bounded first.
  if (LONG_INDENT.test(text)) return true;
  let depth = 0;
  let keysInLine = 0;
  for (const token of new Lexer().lex(text)) {
    depth = Math.max(0, depth + (FLOW_STEPS.get(token) ?? 0));
    if (LINE_ENDS.has(token)) keysInLine = 0;
    if (depth === 0 && KEY_INDICATORS.has(token)) keysInLine += 1;
    if (depth > DEEPEST_FLOW || keysInLine > MOST_KEYS_IN_LINE) return true;
  }
  return false;
}
