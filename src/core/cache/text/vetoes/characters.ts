import type { Reading } from "../reading.ts";

/** Nothing to see, yet read by a model: zero-width characters, tags, variation selectors, directions of writing, controls. */
const HIDDEN = /(?![\t-\r])[\p{DI}\p{C}]/gu;
/** Letters and digits in fancy dress; the full-width ones of East Asian text are not. */
const DRESSED = /[\u{1d400}-\u{1d7ff}\u{1f100}-\u{1f1e5}\u2460-\u24ff\u2100-\u214f]/gu;
const FULL_WIDTH = /[\uff01-\uff5e]/;
const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const SCRIPTS = [
  "Latin",
  "Cyrillic",
  "Greek",
  "Han",
  "Hiragana",
  "Katakana",
  "Hangul",
  "Arabic",
  "Hebrew",
  "Devanagari",
  "Thai",
  "Armenian",
  "Georgian",
  "Cherokee",
].map((script) => new RegExp(`\\p{Script=${script}}`, "u"));
const PLAIN = /^[\t\n\r -~]*$/;
const LAST_ASCII = 0x7e;
const MARKS = /\p{M}+/gu;
const NOT_ASCII = /[^ -~]/;
/** The longer may be so many times the shorter, and so many characters more. */
const MOST_PADDED = 2;
const SPARE_CHARACTERS = 60;

/** Characters that nobody sees, on one side only or others: what the model was told is not what is read. */
export function hasOtherHidden({ original: a }: Reading, { original: b }: Reading): boolean {
  if (PLAIN.test(a) && PLAIN.test(b)) return false;
  return hiddenOf(a) !== hiddenOf(b);
}

function hiddenOf(text: string): string {
  return [...text.matchAll(HIDDEN), ...text.matchAll(DRESSED)].join("");
}

/** Letters of a script that the other text has none of; full-width letters outside East Asian text. */
export function hasOtherScript({ original: a }: Reading, { original: b }: Reading): boolean {
  if (PLAIN.test(a) && PLAIN.test(b)) return false;
  return scriptsOf(a) !== scriptsOf(b);
}

function scriptsOf(text: string): string {
  const isDressed = FULL_WIDTH.test(text) && !EAST_ASIAN.test(text);
  return SCRIPTS.map((script) => (script.test(text) ? "1" : "0")).join("") + (isDressed ? "w" : "");
}

/** A word that is a word of the other text but for letters beyond ASCII: `pаssword` with a Cyrillic а, `résumé`. */
export function hasLookAlike(a: Reading, b: Reading): boolean {
  return resembles(a, b) || resembles(b, a);
}

function resembles({ vocabulary }: Reading, { vocabulary: others }: Reading): boolean {
  const strange = [...vocabulary].filter((word) => NOT_ASCII.test(word) && !others.has(word));
  return strange.some((word) => others.has(withoutMarks(word)) || [...others].some((other) => isLike(word, other)));
}

/** Without accents, however many are piled up. */
function withoutMarks(word: string): string {
  return word.normalize("NFD").replaceAll(MARKS, "");
}

/** Letter by letter the same, but where one is beyond ASCII; at least one must be within it. */
function isLike(strange: string, plain: string): boolean {
  if (strange.length !== plain.length) return false;
  let familiar = 0;
  for (let at = 0; at < strange.length; at++) {
    if (strange.charCodeAt(at) > LAST_ASCII) continue;
    if (strange[at] !== plain[at]) return false;
    familiar += 1;
  }
  return familiar > 0;
}

/** As typed one is far longer than the other, though little of it may be left in the canonical form. */
export function isPadded({ original: a }: Reading, { original: b }: Reading): boolean {
  const [shorter, longer] = a.length < b.length ? [a.length, b.length] : [b.length, a.length];
  return longer > MOST_PADDED * shorter + SPARE_CHARACTERS;
}
