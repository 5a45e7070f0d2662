/** What re2js refuses beyond. */
const MOST_REPEATS = 1_000;
/** Where it begins, where it ends, and what stands for nothing between. */
const GROUP_SIZE = 3;
/** The branch, and what stands for an empty side. */
const ALTERNATIVE_SIZE = 2;
/** The branch, and a second one around what may itself be nothing. */
const REPEAT_SIZE = 2;
/** `{3}`, `{3,}` and `{3,5}`; other braces are ordinary characters. */
const COUNTED_REPEAT = /\{(?:0|[1-9][0-9]{0,8})(?:,(?:0|[1-9][0-9]{0,8})?)?\}/y;
const RANGE = String.raw`(?:\\[^]|[^\]\\])(?:-(?!\])(?:\\[^]|[^\]\\]))?`;
/**
 * Characters between brackets: `]` may stand first, names such as `[:alpha:]` hold brackets of their own, and a bracket that
 * ends a range is none. One that is never closed goes to the end, and is refused by RE2.
 */
const CHARACTER_CLASS = new RegExp(
  String.raw`\[\^?(?:\](?:-(?!\])(?:\\[^]|[^\]\\]))?)?(?:\[:\^?[a-z]*:\]|\\[pP](?:\{[^}]*\}|[^])|\\[dDsSwW]|${RANGE})*(?:\]|\\?$)`,
  "y",
);
/** One character, though it may be written with a name in braces. */
const ESCAPE = /\\(?:[pPx]\{[^}]*(?:\}|$)|[^])/y;
/** Characters that stand for themselves, up to `\E` or the end. */
const QUOTED = /\\Q[^]*?(?:\\E|$)/y;
/** Flags for all that follows. */
const FLAGS = /\(\?[A-Za-z-]*\)/y;

/** What stands between two parentheses so far: the size of all but the last item, and of the last one, which may be repeated. */
interface Group {
  done: number;
  last: number;
}

/**
 * At least as many instructions as RE2 makes of a pattern, without making them: a pattern of 500 characters can become
 * 400,000 instructions, and the compiler counts them only afterwards. Some times too many are counted, never too few
 * of a pattern that RE2 accepts. Linear in the pattern.
 */
export function estimateProgramSize(pattern: string): number {
  const outer: Group[] = [];
  let group: Group = { done: 0, last: 0 };
  for (let at = 0; at < pattern.length;) {
    const length = tokenLength(pattern, at);
    if (pattern[at] === "(" && length === 1) {
      outer.push(group);
      group = { done: 0, last: 0 };
    } else if (pattern[at] === ")") {
      const { done, last } = group;
      group = outer.pop() ?? { done: 0, last: 0 };
      addItem(group, done + last + GROUP_SIZE);
    } else addToken(group, pattern.slice(at, at + length));
    at += length;
  }
  return [...outer, group].reduce((sum, { done, last }) => sum + done + last, 0);
}

function addItem(group: Group, size: number): void {
  group.done += group.last;
  group.last = size;
}

/** Flags are no item, nor is nothing quoted: a repeat after them goes to what stands before. */
function addToken(group: Group, token: string): void {
  if (token === "*" || token === "+" || token === "?") group.last += REPEAT_SIZE;
  else if (token.startsWith("{") && token.length > 1) group.last = repeatedSize(group.last, token);
  else if (token.startsWith("\\Q")) for (const _ of quotedText(token)) addItem(group, 1);
  else if (!token.startsWith("(")) addItem(group, token === "|" ? ALTERNATIVE_SIZE : 1);
}

/** Characters of the token at `at`, at least one. */
function tokenLength(pattern: string, at: number): number {
  switch (pattern[at]) {
    case "\\":
      return matchLength(pattern[at + 1] === "Q" ? QUOTED : ESCAPE, pattern, at);
    case "(":
      return matchLength(FLAGS, pattern, at);
    case "[":
      return matchLength(CHARACTER_CLASS, pattern, at);
    case "{":
      return matchLength(COUNTED_REPEAT, pattern, at);
    default:
      return 1;
  }
}

function matchLength(token: RegExp, pattern: string, at: number): number {
  token.lastIndex = at;
  return token.exec(pattern)?.[0].length ?? 1;
}

function quotedText(token: string): string {
  return token.slice("\\Q".length, token.endsWith("\\E") ? -"\\E".length : undefined);
}

/** As many copies as the braces ask for; each that may be missing needs a branch. */
function repeatedSize(size: number, braces: string): number {
  const [least = 0, most = 0] = braces.slice(1, -1).split(",").map(Number);
  const isExact = !braces.includes(",");
  const copies = Math.min(Math.max(isExact ? least : least + 1, most), MOST_REPEATS + 1);
  return copies * (isExact ? size : size + REPEAT_SIZE);
}
