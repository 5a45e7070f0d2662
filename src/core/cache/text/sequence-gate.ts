import { readText } from "./reading.ts";
import { isPlural, isSameWord } from "./same-word.ts";
import { vetoOf } from "./veto.ts";
import { wordSet } from "./words.ts";

/** A text in which every other word is misspelt is not told from another text. In words for each word that differs. */
const WORDS_PER_DIFFERENCE = 3;

/**
 * Whether two texts ask the same beyond doubt: no veto, and canonical words equal one by one, in order, function words too, but for plain
 * plurals in questions, British spelling and misspellings of English words. Symmetric.
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
  return (
    places.length * WORDS_PER_DIFFERENCE <= a.length && places.every((at) => isSame(a[at] ?? "", b[at] ?? "", isQuestion(a)))
  );
}

/** `delete the file` and `delete the files` are two orders; how it is done is one question. */
function isSame(one: string, other: string, isAsked: boolean): boolean {
  return isSameWord(one, other) && (isAsked || !(isPlural(one, other) || isPlural(other, one)));
}

const ASKING = wordSet(
  "how what who whom whose when where why which is are was were do does did can could may should would will has have",
);
const ASKING_FOR = wordSet("can could would will");

/** `can you check it` is an order. */
function isQuestion([first = "", second = ""]: readonly string[]): boolean {
  return ASKING.has(first) && !(ASKING_FOR.has(first) && second === "you");
}
