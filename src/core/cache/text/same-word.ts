import { areOpposites } from "./opposites.ts";
import { areBothWords } from "./real-words.ts";
import { FUNCTION_WORDS, UNMISTAKABLE } from "./words.ts";

const LOWER_LETTERS = /^[a-z]+$/;
/** In shorter words a slip makes another word as easily as a misspelling; not so in words that are in every text. */
const SHORTEST_MISSPELT = 6;
const SHORTEST_FUNCTION_WORD = 3;
const SHORTEST_DOUBLED = 7;
/** Two letters are too few to tell what was meant; these are no words, and the fingers' usual slips. */
const SHORT_SLIPS: ReadonlyMap<string, string> = new Map([
  ["fo", "of"],
  ["ot", "to"],
  ["ni", "in"],
  ["si", "is"],
  ["ti", "it"],
  ["ym", "my"],
  ["yb", "by"],
]);
const SHORTEST_PLURAL = 5;
const BRITISH = [
  [/our(?=s?$|ed$|ing$|ite|ful|less|able)/, "or"],
  [/is(?=e[ds]?$|ing$|ation)/, "iz"],
  [/ys(?=e[ds]?$|ing$)/, "yz"],
  [/tre(?=s?$)/, "ter"],
] as const;
const SHORTEST_BRITISH = 6;
/** `city`, `cities`. */
const MOST_ADDED = 2;

/**
 * Whether two words of English texts are one but for British spelling, two neighbouring letters in the wrong order or one doubled. Never for
 * numbers, names, negations or opposites, never for two words that both exist (`form`, `from`).
 */
export function isSpelling(a: string, b: string): boolean {
  return a === b || (areComparable(a, b) && (isMisspelt(a, b) || isSpeltAlike(a, b)) && areExchangeable(a, b));
}

/** The same, or one is the plural of the other: where they are compared, not where an answer hangs on it (`security`, `securities`). */
export function isSameWord(a: string, b: string): boolean {
  return isSpelling(a, b) || (areComparable(a, b) && (isPlural(a, b) || isPlural(b, a)) && areExchangeable(a, b));
}

function areComparable(a: string, b: string): boolean {
  return Math.abs(a.length - b.length) <= MOST_ADDED && LOWER_LETTERS.test(a) && LOWER_LETTERS.test(b);
}

function areExchangeable(a: string, b: string): boolean {
  return !UNMISTAKABLE.has(a) && !UNMISTAKABLE.has(b) && !areOpposites(a, b);
}

function isPlural(one: string, many: string): boolean {
  if (many.length < SHORTEST_PLURAL || one.endsWith("s")) return false;
  return many === `${one}s` || many === `${one}es` || (one.endsWith("y") && many === `${one.slice(0, -1)}ies`);
}

function isSpeltAlike(a: string, b: string): boolean {
  return Math.max(a.length, b.length) >= SHORTEST_BRITISH && a[0] === b[0] && american(a) === american(b);
}

function american(word: string): string {
  return BRITISH.reduce((spelt, [british, changed]) => spelt.replace(british, changed), word);
}

/** Of two spellings at most one is a word that exists. */
function isMisspelt(a: string, b: string): boolean {
  const [isKnownA, isKnownB] = [FUNCTION_WORDS.has(a), FUNCTION_WORDS.has(b)];
  if (isKnownA && isKnownB) return false;
  if (SHORT_SLIPS.get(a) === b || SHORT_SLIPS.get(b) === a) return true;
  if (areBothWords(a, b)) return false;
  if (a.length !== b.length) return isDoubled(a, b) || isDoubled(b, a);
  return a.length >= (isKnownA || isKnownB ? SHORTEST_FUNCTION_WORD : SHORTEST_MISSPELT) && isTransposed(a, b);
}

/** Two neighbouring letters in the other order, all else equal. */
function isTransposed(a: string, b: string): boolean {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}

const DOUBLE_CONSONANT = /^([^aeiou])\1$/;

/** A consonant inside the longer word stands twice where it stands once in the shorter: `occured`. */
function isDoubled(shorter: string, longer: string): boolean {
  if (shorter.length < SHORTEST_DOUBLED || longer.length !== shorter.length + 1) return false;
  let at = 0;
  while (at < shorter.length && shorter[at] === longer[at]) at += 1;
  return at < shorter.length && DOUBLE_CONSONANT.test(longer.slice(at - 1, at + 1)) && shorter.slice(at) === longer.slice(at + 1);
}
