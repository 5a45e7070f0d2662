import { areOpposites } from "./opposites.ts";
import { areBothWords } from "./real-words.ts";
import { FUNCTION_WORDS, UNMISTAKABLE } from "./words.ts";

const LOWER_LETTERS = /^[a-z]+$/;
/** In shorter words a slip makes another word as easily as a misspelling; not so in words that are in every text. */
const SHORTEST_MISSPELT = 5;
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
/** With and without their `s` these are two words. */
const NOT_PLURALS = new Set(
  "windows teams notes pages numbers keys jobs apples customs goods arms glasses means works news times savings earnings damages contents premises spirits brains pains manners headquarters pants shorts briefs physics politics economics statistics ethics mathematics series species states united nations sheets slides forms reminders meets chats odds remains talks looks".split(
    " ",
  ),
);
const BRITISH = [
  [/our(?=s?$|ed$|ing$|ite|ful|less|able)/, "or"],
  [/is(?=e[ds]?$|ing$|ation)/, "iz"],
  [/ys(?=e[ds]?$|ing$)/, "yz"],
  [/tre(?=s?$)/, "ter"],
] as const;
const SHORTEST_BRITISH = 6;

/**
 * Whether two words of English texts are one but for a plain plural, British spelling, two neighbouring letters in the wrong order or one
 * doubled. Never for numbers, names, negations or opposites, never for two words that both exist (`form`, `from`).
 */
export function isSameWord(a: string, b: string): boolean {
  if (a === b) return true;
  if (!LOWER_LETTERS.test(a) || !LOWER_LETTERS.test(b) || UNMISTAKABLE.has(a) || UNMISTAKABLE.has(b) || areOpposites(a, b))
    return false;
  return isPlural(a, b) || isPlural(b, a) || american(a) === american(b) || isMisspelt(a, b);
}

/** Whether the second is the plain plural of the first. */
export function isPlural(one: string, many: string): boolean {
  if (many.length < SHORTEST_PLURAL || NOT_PLURALS.has(many) || one.endsWith("s")) return false;
  return many === `${one}s` || many === `${one}es` || (one.endsWith("y") && many === `${one.slice(0, -1)}ies`);
}

function american(word: string): string {
  if (word.length < SHORTEST_BRITISH) return word;
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
