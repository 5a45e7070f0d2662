import { SMALL_NUMBERS } from "./number-word.ts";
import type { Token } from "./tokens.ts";

const SCALES: ReadonlyMap<string, number> = new Map([
  ["hundred", 100],
  ["thousand", 1_000],
]);
const THOUSANDS = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;

/**
 * Numbers in words become digits: `twenty five` 25, `a hundred` 100, `two thousand` 2000. Millions stay words (`5 million`), and no sum
 * crosses an `and`: `one hundred and two hundred` is not 102. `no one` is no number.
 */
export function writeNumbers(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some(({ text }) => SMALL_NUMBERS.has(text) || SCALES.has(text) || THOUSANDS.test(text))) return tokens;
  const written: Token[] = [];
  for (let at = 0; at < tokens.length;) {
    const number = wordAt(tokens, at - 1) === "no" ? null : readNumber(tokens, at);
    if (number === null) {
      const token = tokens[at];
      if (token !== undefined) written.push(withoutSeparators(token));
      at += 1;
    } else {
      written.push({ kind: "number", text: String(number.value), written: number.written });
      at += number.length;
    }
  }
  return written;
}

function withoutSeparators(token: Token): Token {
  return token.kind === "number" && THOUSANDS.test(token.text) ? { ...token, text: token.text.replaceAll(",", "") } : token;
}

interface WordNumber {
  readonly value: number;
  /** In tokens. */
  readonly length: number;
  readonly written: string;
}

/** A number in words as far as it was read: whole thousands, and what stands below them; -1 before the first word. */
interface Sum {
  readonly thousands: number;
  readonly part: number;
}

/** The number in words that begins here; null where none does. */
function readNumber(tokens: readonly Token[], from: number): WordNumber | null {
  const hasArticle = wordAt(tokens, from) === "a" && SCALES.has(wordAt(tokens, from + 1));
  let at = hasArticle ? from + 1 : from;
  let sum: Sum = { thousands: 0, part: hasArticle ? 1 : -1 };
  for (let next = add(sum, wordAt(tokens, at)); next !== null; next = add(sum, wordAt(tokens, at))) {
    sum = next;
    at += 1;
  }
  if (at === from || sum.part < 0) return null;
  const written = tokens.slice(from, at).map((token) => token.written);
  return { value: sum.thousands * 1_000 + sum.part, length: at - from, written: written.join(" ") };
}

/** The number with its next word; null where the word does not go on with it. */
function add({ thousands, part }: Sum, word: string): Sum | null {
  const [small, scale] = [SMALL_NUMBERS.get(word), SCALES.get(word)];
  if (small !== undefined) return part < 0 || canFollow(part, small) ? { thousands, part: Math.max(part, 0) + small } : null;
  if (scale === undefined || part <= 0 || part >= scale) return null;
  return scale === 1_000 ? { thousands: thousands + part, part: 0 } : { thousands, part: part * scale };
}

/** `twenty` takes a digit, `hundred` anything below it; after `five` a new number begins. */
function canFollow(part: number, small: number): boolean {
  if (small === 0) return false;
  if (part % 100 === 0) return true;
  return part % 100 >= 20 && part % 10 === 0 && small < 10;
}

function wordAt(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  return token?.kind === "word" ? token.text : "";
}
