import type { Token } from "./tokens.ts";

const CAPITALISED = /^\p{Lu}/u;
/** Two capitals in one word: HTTPS, PostgreSQL, iPhone. */
const ACRONYM = /\p{Lu}.*\p{Lu}|\p{Ll}\p{Lu}/u;
const FIRST_PERSON = /^I(?:'|$)/;
/** Above this share of capitalised words capitals tell nothing: a heading, or shouting. */
const MOST_CAPITALISED = 0.6;
const SHORTEST_HEADING = 4;

/** Words that capitals mark as names, in small letters and without `'s`: inside a sentence, or acronyms anywhere. */
export function findNames(source: readonly Token[]): ReadonlySet<string> {
  const words = source.filter(({ kind }) => kind === "word");
  const capitalised = words.filter(({ written }) => CAPITALISED.test(written));
  const isHeading = words.length >= SHORTEST_HEADING && capitalised.length > MOST_CAPITALISED * words.length;
  const isShouted = words.length > 1 && words.every(({ written }) => written === written.toUpperCase());
  if (isHeading || isShouted) return new Set();
  const names = source.filter((token, at) => token.kind === "word" && isName(token.written, source[at - 1]));
  return new Set(names.map(({ text }) => text.toLowerCase().replace(/'s$/, "")));
}

function isName(written: string, before: Token | undefined): boolean {
  if (FIRST_PERSON.test(written)) return false;
  const isInside = before !== undefined && before.kind !== "stop" && before.text !== ":";
  return (isInside && CAPITALISED.test(written)) || ACRONYM.test(written);
}
