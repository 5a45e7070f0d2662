import { BoundedMap } from "../../bounded-map.ts";
import { type CanonicalForm, canonicalForm } from "./canonical-text.ts";
import { findNames } from "./names.ts";
import { stemOf } from "./stem.ts";
import { FUNCTION_WORDS } from "./words.ts";

/** What is looked at when texts are compared. */
export interface Reading extends CanonicalForm {
  readonly original: string;
  /** The canonical tokens, as texts. */
  readonly words: readonly string[];
  /** Every word of it in small letters, as typed and as rewritten, without a possessive `'s`. */
  readonly vocabulary: ReadonlySet<string>;
  /** Stems of the words that say what it is about, in order. */
  readonly content: readonly string[];
  /** People, places, products and acronyms as far as capitals tell, in small letters. */
  readonly names: ReadonlySet<string>;
}

/** A question is compared with several candidates, by several functions: what was just read is not read again. */
const MOST_READ = 16;
const readings = new BoundedMap(MOST_READ, read);

/** What a text is compared by. The same for the same text, always. */
export function readText(text: string): Reading {
  return readings.use(text);
}

function read(original: string): Reading {
  const form = canonicalForm(original);
  const words = form.tokens.map(({ text }) => text);
  const content = form.tokens.filter(({ kind, text }) => isContent(kind, text)).map(({ text }) => stemOf(text.toLowerCase()));
  const typed = form.source.map(({ text }) => text);
  const vocabulary = new Set([...words, ...typed].map((text) => withoutPossessive(text.toLowerCase())));
  const kept = new Set(words.map((text) => withoutPossessive(text.toLowerCase())));
  const names = new Set([...findNames(form.source)].filter((name) => kept.has(name)));
  return { ...form, original, words, vocabulary, content, names };
}

function isContent(kind: string, text: string): boolean {
  return kind === "number" || kind === "verbatim" || (kind === "word" && !FUNCTION_WORDS.has(text));
}

/** `norway's` → `norway`. */
export function withoutPossessive(word: string): string {
  return word.endsWith("'s") ? word.slice(0, -2) : word;
}
