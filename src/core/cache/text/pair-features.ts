import { differenceOf } from "./align.ts";
import { type Reading, readText } from "./reading.ts";
import { passesSequenceGate } from "./sequence-gate.ts";
import { residueOf } from "./vetoes/facts.ts";

/** What two texts share, in numbers that a model can weigh. Symmetric; equal for equal texts. */
export interface PairFeatures {
  /** Stems of content words that both have, of those that either has: 0 to 1. */
  readonly contentJaccard: number;
  /** Content words that only one of them has, each as often as it is in excess. */
  readonly residue: number;
  /** One short stretch differs, and both say something in it. */
  readonly isSubstitution: boolean;
  /** Of the numbers of content words, as a share of the larger: 0 to 1. */
  readonly lengthDifference: number;
  /** Neighbouring words of the canonical forms, function words too, that both have: Dice's coefficient, 0 to 1. */
  readonly sharedBigrams: number;
  readonly passesSequenceGate: boolean;
}

/** A stretch of more words is another wording. */
const LONGEST_SUBSTITUTION = 3;

/** @see PairFeatures */
export function pairFeatures(a: string, b: string): PairFeatures {
  const [one, other] = [readText(a), readText(b)];
  const { left, right } = residueOf(one, other);
  const [shorter, longer] = [one.content.length, other.content.length].toSorted((x, y) => x - y);
  return {
    contentJaccard: jaccard(new Set(one.content), new Set(other.content)),
    residue: left.length + right.length,
    isSubstitution: isSubstitution(one, other),
    lengthDifference: longer === undefined || longer === 0 ? 0 : 1 - (shorter ?? 0) / longer,
    sharedBigrams: dice(bigramsOf(one), bigramsOf(other)),
    passesSequenceGate: passesSequenceGate(a, b),
  };
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = countShared(a, b);
  const all = a.size + b.size - shared;
  return all === 0 ? 1 : shared / all;
}

function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return a.size + b.size === 0 ? 1 : (2 * countShared(a, b)) / (a.size + b.size);
}

function countShared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const item of a) if (b.has(item)) shared += 1;
  return shared;
}

/** With its beginning and end, so that a single word has two. */
function bigramsOf({ words }: Reading): ReadonlySet<string> {
  const framed = ["", ...words, ""];
  return new Set(framed.slice(1).map((word, at) => `${framed[at] ?? ""} ${word}`));
}

function isSubstitution(a: Reading, b: Reading): boolean {
  const { left, right } = differenceOf(a.words, b.words);
  return isShort(left) && isShort(right);
}

function isShort(words: readonly string[]): boolean {
  return words.length > 0 && words.length <= LONGEST_SUBSTITUTION;
}
