import { isNumberWord } from "./number-word.ts";

/**
 * `verbatim` is what is compared as it was written: code spans, quoted strings, addresses, paths, flags, identifiers.
 * `stop` ends a sentence, `comma` a clause.
 */
export type TokenKind = "word" | "number" | "verbatim" | "stop" | "comma" | "symbol";

export interface Token {
  readonly kind: TokenKind;
  /** In the one form that texts are compared in. */
  readonly text: string;
  /** As it was written, after normalisation of characters. */
  readonly written: string;
}

/** Scripts written without spaces: each character is a word. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const LETTER = String.raw`[[\p{L}\p{N}_]--[${UNSPACED}\p{DI}]]`;
const LETTERS = String.raw`[[\p{L}\p{N}\p{M}_]--[${UNSPACED}\p{DI}]]*`;
/** What a word or number goes on after: an apostrophe, a dot, the hyphen of a compound, but no minus. */
const INSIDE = String.raw`(?:['.](?=${LETTER})|(?<=\d)[,:](?=\d)|(?<=\p{L}\p{L})-(?=${LETTER})|(?<=[\p{L}\p{N}])-(?=[\p{L}--[${UNSPACED}\p{DI}]]))`;
/** Whatever is written, one alternative takes it, at the latest the last; all are linear or bounded. */
const TOKEN = new RegExp(
  [
    String.raw`(?<hidden>(?![\t-\r])[\p{DI}\p{C}])`,
    String.raw`(?<newline>\n)|\s`,
    "(?<code>```[^]*?```|`[^`\\s][^`\\n]{0,500}`)",
    String.raw`(?<quote>"[^"\s][^"\n]{0,500}"|(?<![\p{L}\p{N}])'[^'"\s][^'"\n]{0,500}'(?![\p{L}\p{N}]))`,
    String.raw`(?<address>https?:\/\/[^\s"<>]*[^\s"<>.,;:!?\)]|[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,8})`,
    String.raw`(?<path>(?<![^\s\(])(?:~|\.{1,2})?\/[\w.@\-]+(?:\/[\w.@\-]+)*|[A-Za-z]:\\[^\s]+)`,
    String.raw`(?<flag>(?<![^\s])--?[A-Za-z][\w\-]*)`,
    String.raw`(?<negative>(?<![^\s\(])-\d+(?:\.\d+)*)`,
    String.raw`(?<unspaced>[${UNSPACED}]\p{M}*)`,
    String.raw`(?<acronym>(?<!${LETTER})(?:\p{L}\.){2,}(?!${LETTER}))`,
    String.raw`(?<word>(?<![^\s])\.[A-Za-z]${LETTERS}|${LETTER}${LETTERS}(?:${INSIDE}${LETTERS})*)`,
    "(?<stop>[.!?;…。！？｡؟؛।]+)",
    "(?<comma>[,:、，：،]+)",
    "(?<symbol>[^])",
  ].join("|"),
  "yv",
);

/** A word that takes another's place; `written` is what it stands for. */
export function wordToken(text: string, written = text): Token {
  return { kind: "word", text, written };
}

const QUOTES = /[“”„‟«»]/g;
const APOSTROPHES = /[‘’‚‛´]/g;
/** Superscripts, fractions and circled numbers are not the digits that compatibility makes of them: 10² is not 102. */
const NOT_NUMERALS = /\P{No}+/gu;
const NUMBER = /^\d[\d.,:]*$/;
const MEASURED = /^(\d[\d.,:]*)([A-Za-zµ]+)$/;
const GLUED_UNITS = new Set(
  "am pm mg mcg kg cm mm km ml kb mb gb tb hz khz mhz ghz kw kwh mph kmh lb lbs oz ft hr hrs min mins sec secs ms px usd eur gbp".split(
    " ",
  ),
);
/** Bits and bytes are told apart by case alone. */
const BITS = /^[KMGTkmgt]b(?:ps)?$/;
/** With capitals among small letters these are not the words they look like: names, magnesium, German for you. */
const CAPITAL_NAMES = new Set(["US", "IT", "WHO", "AIDS", "Mg", "Sie", "Ihr", "Ihre", "Ihnen", "Ihren", "Ihrem", "Ihrer"]);
/** A thousandth, where `M` is a million: `mW`, `mA`. */
const THOUSANDTHS = /^m[A-Z][a-z]{0,2}$/;

const PLAIN = /^[\n -~]*$/;
/** What most of a text is: a word of ASCII letters that nothing but white space or punctuation follows. */
const PLAIN_WORD = /[A-Za-z]+(?=[ \n]|[,?!](?:[ \n]|$)|$)/y;

/** One spelling of characters: NFKC but for numerals, one kind of quotes, `\n` for every end of line. */
export function normaliseCharacters(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replaceAll(QUOTES, '"')
    .replaceAll(APOSTROPHES, "'")
    .replaceAll(NOT_NUMERALS, (run) => run.normalize("NFKC"))
    .replaceAll("\r\n", "\n");
}

/** The tokens of normalised characters, in order. Nothing but white space and lone apostrophes is left out. */
export function tokenise(characters: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length;) {
    if (characters[at] === " ") {
      at += 1;
      continue;
    }
    PLAIN_WORD.lastIndex = at;
    TOKEN.lastIndex = at;
    const plain = PLAIN_WORD.exec(characters)?.[0];
    if (plain !== undefined) tokens.push(wordToken(plain));
    const found = plain === undefined ? TOKEN.exec(characters) : null;
    if (found !== null) tokens.push(...readFound(found, tokens.at(-1)));
    at += (plain ?? found?.[0] ?? " ").length;
  }
  const isShouted = isAllShouted(tokens);
  return tokens.map((token) => (token.kind === "word" ? { ...token, text: foldCase(token.text, isShouted) } : token));
}

/** All in capitals, and not for being names alone. */
function isAllShouted(tokens: readonly Token[]): boolean {
  const words = tokens.filter(({ kind }) => kind === "word");
  return (
    words.every(({ text }) => text === text.toUpperCase()) &&
    words.some(({ text }) => text !== text.toLowerCase() && !isToldByCase(text))
  );
}

function readFound({ 0: written, groups = {} }: RegExpExecArray, before: Token | undefined): readonly Token[] {
  const alternative = Object.keys(groups).find((name) => groups[name] !== undefined) ?? "";
  return READERS[alternative]?.(written, before) ?? [];
}

/** What each alternative of the pattern becomes; white space becomes nothing. */
const READERS: Readonly<Record<string, (written: string, before: Token | undefined) => readonly Token[]>> = {
  hidden: (written) => [{ kind: "symbol", text: written, written }],
  newline: (written, before) => (isLineOpen(before) ? [{ kind: "stop", text: ".", written }] : []),
  code: asWritten,
  quote: (written) => [{ kind: "verbatim", text: `"${written.slice(1, -1)}"`, written }],
  address: asWritten,
  path: asWritten,
  flag: asWritten,
  negative: (written) => [{ kind: "number", text: written, written }],
  unspaced: (written) => [wordToken(written)],
  acronym: (written) => [wordToken(written.replaceAll(".", ""), written)],
  word: readWord,
  stop: (written) => [{ kind: "stop", text: written.includes("?") ? "?" : ".", written }],
  comma: (written) => [{ kind: "comma", text: written.includes(":") ? ":" : ",", written }],
  // An apostrophe at a word's end says nothing.
  symbol: (written) => (written === "'" ? [] : [{ kind: "symbol", text: written, written }]),
};

function asWritten(written: string): readonly Token[] {
  return [{ kind: "verbatim", text: written, written }];
}

/** A line that ends without punctuation ends a sentence all the same. */
function isLineOpen(before: Token | undefined): boolean {
  return before !== undefined && before.kind !== "stop" && before.kind !== "comma";
}

function readWord(written: string): readonly Token[] {
  if (written.includes("_")) return asWritten(written);
  const parts = written.split("-");
  return isOneWord(parts) ? [wordToken(written)] : parts.flatMap(readPart);
}

/** What its hyphen tells apart: `man-eating` is not `man eating`, `twenty one-year-olds` are not `twenty-one year-olds`. */
function isOneWord(parts: readonly string[]): boolean {
  if (parts.length < 2) return false;
  const isNumber = parts.length === 2 && parts.every((part) => isNumberWord(part.toLowerCase()));
  return !isNumber && parts.some((part) => part.endsWith("ing") || isNumberWord(part.toLowerCase()));
}

/** A word, a number, or a number and the unit that is written to it. */
function readPart(written: string): readonly Token[] {
  if (NUMBER.test(written)) return [{ kind: "number", text: written, written }];
  const [, amount, unit] = MEASURED.exec(written) ?? [];
  if (amount === undefined || unit === undefined) return [wordToken(written)];
  if (!GLUED_UNITS.has(unit.toLowerCase()) && !BITS.test(unit)) return [wordToken(written)];
  return [{ kind: "number", text: amount, written: amount }, wordToken(unit)];
}

/** Small letters, but for what capitals tell apart. */
function foldCase(text: string, isShouted: boolean): string {
  return !isShouted && isToldByCase(text) ? text : text.toLowerCase();
}

function isToldByCase(text: string): boolean {
  return CAPITAL_NAMES.has(text) || THOUSANDTHS.test(text) || (BITS.test(text) && text !== text.toLowerCase());
}
