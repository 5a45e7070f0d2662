import { readText } from "./reading.ts";
import { isSpelling } from "./same-word.ts";
import { vetoOf } from "./veto.ts";

/** A text in which every other word is misspelt is not told from another text. In words for each word that differs. */
const WORDS_PER_DIFFERENCE = 3;

/**
 * Whether two texts ask the same beyond doubt: no veto, and canonical words equal one by one, in order, function words too, but for
 * British spelling and misspellings of English words. Symmetric.
 */
export function passesSequenceGate(a: string, b: string): boolean {
  const [one, other] = [readText(a), readText(b)];
  if (
    one.text !== other.text &&
    !isSameSequence(one.words, other.words, one.language === "english" && other.language === "english")
  )
    return false;
  return vetoOf(a, b) === null;
}

function isSameSequence(a: readonly string[], b: readonly string[], areEnglish: boolean): boolean {
  if (!areEnglish || a.length !== b.length) return false;
  const places = a.flatMap((word, at) => (word === b[at] ? [] : [at]));
  return places.length * WORDS_PER_DIFFERENCE <= a.length && places.every((at) => isSpelling(a[at] ?? "", b[at] ?? ""));
}
