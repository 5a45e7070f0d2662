import type { Token } from "./tokens.ts";
import { ENGLISH_WORDS, FOREIGN_WORDS } from "./words.ts";

/** `unknown`: too few words that tell. Only what is surely English is treated as English. */
export type Language = "english" | "other" | "unknown";

const ASCII = /^[ -~]*$/;

/** What a text's function words say about its language; any letter beyond Latin says that it is not English. */
export function languageOf(tokens: readonly Token[]): Language {
  const words = tokens.filter(({ kind }) => kind === "word").map(({ text }) => text);
  const english = words.filter(isEnglish).length;
  const foreign = words.filter((word) => !isEnglish(word) && FOREIGN_WORDS.has(stemOf(word))).length;
  const strange = words.filter((word) => !ASCII.test(word)).length;
  if (english > foreign && english >= strange) return "english";
  return foreign > english || strange > 0 ? "other" : "unknown";
}

function isEnglish(word: string): boolean {
  return ENGLISH_WORDS.has(stemOf(word)) || word.endsWith("'s");
}

/** `l'hiver` → `l`. */
function stemOf(word: string): string {
  const end = word.indexOf("'");
  return end < 0 ? word : word.slice(0, end);
}
