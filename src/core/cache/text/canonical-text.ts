import { type Language, languageOf } from "./language.ts";
import { rewriteEnglish } from "./rewrite-english.ts";
import { normaliseCharacters, type Token, tokenise } from "./tokens.ts";

/** Longer texts are pasted rather than typed: nobody writes them again in other words. In characters. */
export const LONGEST_CANONICAL = 8_000;

/** White space or brackets mean something here: nothing may be normalised. */
const INDENTED = /\n[ \t]+[^\s]/;
const CODE_SYMBOLS = new Set("{}<>=\\|");

export interface CanonicalForm {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Before anything was rewritten, with the capitals as they were typed. */
  readonly source: readonly Token[];
  readonly language: Language;
  /** Kept as it was written: code, or too long to look at. */
  readonly isVerbatim: boolean;
}

/**
 * The one wording of all texts that surely ask the same: characters, case and white space normalised, and where the text is surely English
 * contractions, politeness, how-to forms, number words, articles and the last punctuation too. Never changes pronouns, auxiliaries,
 * negation, prepositions, order, code, quotations or digits. The canonical form of a canonical form is itself.
 */
export function canonicalText(text: string): string {
  return canonicalForm(text).text;
}

/** @see canonicalText */
export function canonicalForm(text: string): CanonicalForm {
  const characters = normaliseCharacters(text);
  const isLong = characters.length > LONGEST_CANONICAL;
  const source = tokenise(isLong ? characters.slice(0, LONGEST_CANONICAL) : characters);
  const language = languageOf(source);
  if (isLong || isCode(characters, source)) {
    return { text: text.replaceAll("\r\n", "\n"), tokens: source, source, language, isVerbatim: true };
  }
  const tokens = language === "english" ? rewriteEnglish(source) : dropEnd(source);
  return { text: tokens.map((token) => token.text).join(" "), tokens, source, language, isVerbatim: false };
}

function isCode(characters: string, tokens: readonly Token[]): boolean {
  return INDENTED.test(characters) || tokens.some(({ kind, text }) => kind === "symbol" && CODE_SYMBOLS.has(text));
}

/** Without the last punctuation. A question mark stays: in some languages it is all that asks. */
function dropEnd(tokens: readonly Token[]): readonly Token[] {
  const end = tokens.findLastIndex(({ kind, text }) => text === "?" || (kind !== "stop" && kind !== "comma")) + 1;
  return end === 0 ? tokens : tokens.slice(0, end);
}
