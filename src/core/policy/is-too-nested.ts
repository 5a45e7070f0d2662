import { Lexer } from "yaml";

/** Beyond any policy; below what the parser, which recurses once per level, can survive. */
const DEEPEST_FLOW = 32;
const LONGEST_INDENT = 128;
const MOST_KEYS_IN_LINE = 16;

/**
 * Whether parsing the text could exhaust the stack. Asked before the parser runs, because V8 ends the whole process
 * when the stack runs out inside a regular expression: there is nothing to catch.
 */
export function isTooNested(text: string): boolean {
  // The lexer itself recurses over `- - - …`, so a line's indentation and indicators are bounded first.
  if (new RegExp(`^[ \\t?:-]{${LONGEST_INDENT + 1}}`, "m").test(text)) return true;
  let depth = 0;
  let keysInLine = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth = Math.max(0, depth - 1);
    else if (isLineEnd(token)) keysInLine = 0;
    else if (depth === 0 && (token === ":" || token === "?")) keysInLine += 1;
    if (depth > DEEPEST_FLOW || keysInLine > MOST_KEYS_IN_LINE) return true;
  }
  return false;
}

function isLineEnd(token: string): boolean {
  return token === "\n" || token === "\r\n";
}
