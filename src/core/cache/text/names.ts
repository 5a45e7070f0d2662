import type { Token } from "./tokens.ts";
import { wordSet } from "./words.ts";

const CAPITALISED = /^\p{Lu}/u;
/** Two capitals in one word: HTTPS, PostgreSQL, iPhone. */
const ACRONYM = /\p{Lu}.*\p{Lu}|\p{Ll}\p{Lu}/u;
const FIRST_PERSON = /^I(?:'|$)/;
/** Words that no name consists of, and every longer heading has. */
const HEADED = wordSet("to in on at by for from with and or of my your our is are do does did how can i you");
const SHOUTED = /^[^\p{Ll}]{2,}$/u;

/** Words that capitals mark as names, in small letters and without `'s`: inside a sentence, or acronyms anywhere. */
export function findNames(source: readonly Token[]): ReadonlySet<string> {
  const words = source.filter(({ kind }) => kind === "word");
  const isShouted = words.length > 1 && words.every(({ written }) => written === written.toUpperCase());
  if (isShouted || words.some(isOfHeading)) return new Set();
  const names = source.filter((token, at) => token.kind === "word" && isName(token.written, source[at - 1]));
  return new Set(names.map(({ text }) => text.toLowerCase().replace(/'s$/, "")));
}

/** `How To Reset My Password`: where such a word has a capital inside a sentence, capitals tell nothing. */
function isOfHeading({ text, written }: Token, at: number): boolean {
  return at > 0 && CAPITALISED.test(written) && !SHOUTED.test(written) && !FIRST_PERSON.test(written) && HEADED.has(text);
}

function isName(written: string, before: Token | undefined): boolean {
  if (FIRST_PERSON.test(written)) return false;
  const isInside = before !== undefined && before.kind !== "stop" && before.text !== ":";
  return (isInside && CAPITALISED.test(written)) || ACRONYM.test(written);
}
