import { vetoOf } from "../text/veto.ts";
import { agree, factsOf, haveConflict, jsonOf } from "./answer-facts.ts";

/** 1: the answers say the same; 0: they do not. */
export type Label = 0 | 1;

/** Of the words of both, the share (F1) from which short answers may be the same, and up to which answers are different. */
const SAME_WORDS = 0.8;
const OTHER_WORDS = 0.2;
/** Of pairs of neighbouring words: the same words in another order may say something else. */
const SAME_PAIRS = 0.6;
/** Words of a short answer. In a longer one the few that differ may be those that count. */
const SHORT = 40;
/** A letter of a script without spaces, or a word. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]+/gu;

/**
 * Whether two answers say the same, by their words alone; null where that cannot be told. Cheapest and surest first: equal texts,
 * then what cannot both be true (JSON, numbers, yes and no, code), then the words that they share.
 */
export function answersEqual(one: string, other: string): Label | null {
  if (one.trim() === "" || other.trim() === "") return null;
  if (one === other) return 1;
  const [json, otherJson] = [jsonOf(one), jsonOf(other)];
  if (json !== null && otherJson !== null) return json === otherJson ? 1 : 0;
  const [facts, otherFacts] = [factsOf(one), factsOf(other)];
  if (haveConflict(facts, otherFacts)) return 0;
  if (plain(one) === plain(other)) return 1;
  const label = byWords(wordsOf(one), wordsOf(other));
  return label === 1 && !(agree(facts, otherFacts) && vetoOf(one, other) === null) ? null : label;
}

function byWords(left: readonly string[], right: readonly string[]): Label | null {
  const shared = overlap(left, right);
  if (shared <= OTHER_WORDS) return 0;
  if (shared < SAME_WORDS || Math.max(left.length, right.length) >= SHORT) return null;
  return overlap(pairsOf(left), pairsOf(right)) >= SAME_PAIRS ? 1 : null;
}

/** Without what is written otherwise and read alike: forms of letters, white space, marks of emphasis, the last full stop. */
function plain(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(/\*\*|__/g, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/[.!]$/, "")
    .toLowerCase();
}

function wordsOf(text: string): readonly string[] {
  return text.normalize("NFKC").toLowerCase().match(WORD) ?? [];
}

function pairsOf(words: readonly string[]): readonly string[] {
  return words.slice(1).map((word, at) => `${words[at] ?? ""} ${word}`);
}

/** F1 of two bags of words. */
function overlap(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of right) {
    const count = counts.get(word) ?? 0;
    if (count === 0) continue;
    counts.set(word, count - 1);
    shared += 1;
  }
  return (2 * shared) / (left.length + right.length);
}
