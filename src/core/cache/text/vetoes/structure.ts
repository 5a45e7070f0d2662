import { additionsOf, differenceOf, isSameBag } from "../align.ts";
import type { Reading } from "../reading.ts";
import { isSameWord } from "../same-word.ts";
import { stemOf } from "../stem.ts";
import { areSynonyms } from "../synonyms.ts";
import { FUNCTION_WORDS, RELATIONS, wordSet } from "../words.ts";
import { residueOf } from "./facts.ts";

const DIRECTIONS = wordSet("from to into than before after over under above below with by against");
/** After these `to` leads to a verb. */
const BEFORE_VERBS = wordSet("need needs want wants like going have has how try able used you me us him her them it i");
const SYMMETRIC = wordSet("and or vs versus between");
const MOST_SKIPPED = 4;

/** From A to B for from B to A, A than B for B than A: the same things in each other's place. */
export function isOtherDirection(a: Reading, b: Reading): boolean {
  const [one, other] = [objectsOf(a), objectsOf(b)];
  return [...one].some(([direction, object]) => {
    const instead = other.get(direction);
    return instead !== undefined && instead !== object && a.content.includes(instead) && b.content.includes(object);
  });
}

/** What each direction leads to: its next word that is no function word. */
function objectsOf({ words }: Reading): ReadonlyMap<string, string> {
  const objects = new Map<string, string>();
  for (const [at, word] of words.entries()) {
    if (!DIRECTIONS.has(word) || objects.has(word) || (word === "to" && BEFORE_VERBS.has(words[at - 1] ?? ""))) continue;
    const object = words.slice(at + 1, at + 1 + MOST_SKIPPED).find((next) => !FUNCTION_WORDS.has(next));
    if (object !== undefined) objects.set(word, stemOf(object.toLowerCase()));
  }
  return objects;
}

/** The same names in another order, or all the same words, but for what `and` or `or` stands between. */
export function hasOtherRoles(a: Reading, b: Reading): boolean {
  const shared = [...a.names].filter((name) => b.names.has(name));
  const isSwapped = shared.length > 1 && orderOf(shared, a).join(" ") !== orderOf(shared, b).join(" ");
  const isShuffled = isSameBag(a.words, b.words) && said(a).join(" ") !== said(b).join(" ");
  return (isSwapped || isShuffled) && !isSymmetric(a, b);
}

/** Without prepositions, whose place may be before or after what they go with: `turn on my plug`, `turn my plug on`. */
function said({ words }: Reading): readonly string[] {
  return words.filter((word) => !RELATIONS.has(word));
}

function orderOf(names: readonly string[], { words }: Reading): readonly string[] {
  const placeOf = (name: string): number =>
    words.findIndex((word) => word.toLowerCase() === name || word.toLowerCase() === `${name}'s`);
  return names.toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** Whether the stretch that differs joins things that can change places. */
function isSymmetric(a: Reading, b: Reading): boolean {
  const { left, right } = differenceOf(a.words, b.words);
  return left.some((word) => SYMMETRIC.has(word)) && right.some((word) => SYMMETRIC.has(word));
}

const FORMATS = readMeanings([
  "table tabular",
  "json",
  "xml",
  "yaml",
  "csv",
  "markdown",
  "html",
  "latex",
  "sentence sentences",
  "word words",
  "diagram chart",
  "list",
  "code",
]);
/** A word above is a format where one of these stands before it: `as a table`, `in 3 words`, `no code`. */
const BEFORE_FORMATS = wordSet("in as into only no just");
const PIECES = readMeanings([
  "bullet bullets bulleted",
  "paragraph paragraphs",
  "poem poems",
  "haiku haikus",
  "limerick limericks",
  "sonnet sonnets",
  "essay essays",
  "tweet tweets",
]);
const STYLES = readMeanings([
  "brief briefly short concise concisely",
  "detailed depth thorough thoroughly",
  "layman eli5 child beginner beginners",
]);
const LANGUAGES = wordSet(
  "english german french spanish italian portuguese dutch swedish norwegian danish finnish polish czech russian ukrainian greek turkish arabic hebrew hindi urdu bengali tamil chinese mandarin cantonese japanese korean vietnamese thai indonesian malay latin",
);

function readMeanings(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(lines.flatMap((line) => line.split(" ").map((word) => [word, line] as const)));
}

/** Another form of answer: bullets for a table, one sentence for a paragraph, German for French, brief for detailed. */
export function hasOtherFormat(a: Reading, b: Reading): boolean {
  const [one, other] = [formatsOf(a), formatsOf(b)];
  if (one.size !== other.size || [...one].some((format) => !other.has(format))) return true;
  const [style, otherStyle] = [stylesOf(a), stylesOf(b)];
  return style.length > 0 && otherStyle.length > 0 && !style.some((each) => otherStyle.includes(each));
}

function formatsOf({ words }: Reading): ReadonlySet<string> {
  const wanted = words.flatMap((word, at) => {
    if (LANGUAGES.has(word)) return [word];
    const format = FORMATS.get(word);
    const isWanted = words.slice(Math.max(0, at - 2), at).some((before) => BEFORE_FORMATS.has(before) || /^\d+$/.test(before));
    return format !== undefined && (isWanted || (word === "code" && words[at + 1] === "only"))
      ? [format]
      : (PIECES.get(word) ?? []);
  });
  return new Set(wanted);
}

function stylesOf({ words }: Reading): readonly string[] {
  return words.flatMap((word) => STYLES.get(word) ?? []);
}

/** Longer stretches are another wording rather than another word. */
const MOST_SUBSTITUTED = 2;
const MOST_PLACES = 2;
const WORDS_PER_PLACE = 3;

/** The same frame around another word: `feed my snail nuts` for `feed my goat nuts`. */
export function isSubstituted(a: Reading, b: Reading): boolean {
  return isOtherInPlace(a.words, b.words) || isOtherInside(a.words, b.words);
}

/** As many words, and at one or two places others. */
function isOtherInPlace(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const places = a.flatMap((word, at) => (isSameWord(word, b[at] ?? "") ? [] : [at]));
  if (places.length === 0 || places.length > Math.min(MOST_PLACES, a.length / WORDS_PER_PLACE)) return false;
  return places.some((at) => !isLoosely(a[at] ?? "", b[at] ?? ""));
}

/** Two words that can stand for one another, or two that only relate what stands around them. */
function isLoosely(a: string, b: string): boolean {
  return areSynonyms(a, b) || (RELATIONS.has(a) && RELATIONS.has(b));
}

/** One stretch of other words, between a beginning and an end that say as much as it does. */
function isOtherInside(a: readonly string[], b: readonly string[]): boolean {
  const { after, before, left, right } = differenceOf(a, b);
  const [shorter, longer] = [Math.min(left.length, right.length), Math.max(left.length, right.length)];
  if (shorter === 0 || longer > MOST_SUBSTITUTED || before.length + after.length <= longer) return false;
  if (areSynonyms(left.join("_"), right.join("_"))) return false;
  return (
    saysSomething(left) &&
    saysSomething(right) &&
    !left.some((word) => right.some((other) => stemOf(word) === stemOf(other) || areSynonyms(word, other)))
  );
}

const PUNCTUATION = wordSet(". ? , :");

function saysSomething(words: readonly string[]): boolean {
  return words.some((word) => !FUNCTION_WORDS.has(word) && !PUNCTUATION.has(word));
}

/** So much more than the other text says, and next to nothing less, is another question. */
const MUCH_MORE = 3;
const LITTLE_LESS = 1;

/** So many words are more, even where none of them says anything. */
const MANY_WORDS = 4;

/** All the words of the other text, in order, and more: a suffix, a condition, a place, the same again. */
export function isExtended(a: Reading, b: Reading): boolean {
  const [shorter, longer] = a.source.length < b.source.length ? [a, b] : [b, a];
  if (isContained(a.words, b.words) || isContainedAsTyped(shorter, longer)) return true;
  const { left, right } = residueOf(a, b);
  return Math.max(left.length, right.length) >= MUCH_MORE && Math.min(left.length, right.length) <= LITTLE_LESS;
}

function isContained(a: readonly string[], b: readonly string[]): boolean {
  const added = a.length < b.length ? additionsOf(a, b) : additionsOf(b, a);
  return added !== null && (saysSomething(added) || added.length >= MANY_WORDS);
}

/** Before it was rewritten, for what was not rewritten: between `how do` and `i` a word is no way of asking. */
function isContainedAsTyped(shorter: Reading, longer: Reading): boolean {
  const added = additionsOf(
    shorter.source.map(({ text }) => text),
    longer.source.map(({ text }) => text),
  );
  return added !== null && saysSomething(added.filter((word) => longer.words.includes(word)));
}

const LEAST_SHARE = 0.5;

/** One says less than half of what the other says. */
export function isOtherLength(a: Reading, b: Reading): boolean {
  const [one, other] = [a.content.length, b.content.length];
  return Math.min(one, other) < LEAST_SHARE * Math.max(one, other);
}

/** One is surely English and the other surely is not. */
export function isOtherLanguage(a: Reading, b: Reading): boolean {
  return (a.language === "english" && b.language === "other") || (a.language === "other" && b.language === "english");
}
