import * as fc from "fast-check";

/** Few characters, so that patterns are found in texts: letters with and without case, word characters, lines, surrogates. */
const CHARACTERS = [
  "a",
  "b",
  "k",
  "K",
  "\u212a",
  "s",
  "ſ",
  "ß",
  "é",
  "É",
  "σ",
  "ς",
  "1",
  "_",
  "-",
  " ",
  "\n",
  "😀",
  "😁",
  "\ud83d",
  "\ude00",
  "𐐀",
  "𐐨",
];

/** Texts of up to a dozen characters, and now and then of a hundred. */
export const anyText: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 9, arbitrary: fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 12 }) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom("a", "b", "1", "\n", "😀"), { maxLength: 100 }) },
    { weight: 1, arbitrary: fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), { maxLength: 12 }) },
  )
  .map((characters) => characters.join(""));

// prettier-ignore
const CLASSES = [
  ".", "[ab]", "[^a]", "[a-k]", "[^a-z]", "[é-ſ]", "[^\\n]", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "[[:alpha:]]", "[^[:word:]]", "\\pL", "\\PL", "\\p{Lu}",
  "\\p{Greek}", "[\\pN_]", "[^\\pL\\d]", "[😀-😂]", "[^😀]", "[\\x{d83d}]", "[\\x00-\\x{10FFFF}]", "[^\\x00-\\x{10FFFF}]", "\\x61", "\\x{1F600}", "\\Qa-b\\E",
];
const ASSERTIONS = ["^", "$", "\\A", "\\z", "\\b", "\\B"];
const REPEATS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{0}", "{1,3}", "{0,2}?", "{2,}"];
const FLAGS = ["i", "m", "s", "im", "is", "ms", "ims", "-i", "U"];

/** Patterns that RE2 accepts, of every construct it has. */
export const anyPattern: fc.Arbitrary<string> = fc.letrec<{ pattern: string; branch: string; item: string; atom: string }>(
  (tie) => ({
    pattern: fc.array(tie("branch"), { minLength: 1, maxLength: 3 }).map((branches) => branches.join("|")),
    branch: fc.array(tie("item"), { maxLength: 5 }).map((items) => items.join("")),
    item: fc.oneof(
      { weight: 4, arbitrary: tie("atom") },
      { weight: 3, arbitrary: fc.tuple(tie("atom"), fc.constantFrom(...REPEATS)).map(([atom, repeat]) => atom + repeat) },
      { weight: 1, arbitrary: fc.constantFrom(...ASSERTIONS) },
    ),
    atom: fc.oneof(
      { maxDepth: 3, depthIdentifier: "group" },
      { weight: 6, arbitrary: fc.constantFrom(...CHARACTERS.map(escape)) },
      { weight: 3, arbitrary: fc.constantFrom(...CLASSES) },
      {
        weight: 2,
        arbitrary: fc.tuple(fc.constantFrom("(", "(?:"), tie("pattern")).map(([open, inner]) => `${open}${inner})`),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(...FLAGS), tie("pattern")).map(([flags, inner]) => `(?${flags}:${inner})`),
      },
    ),
  }),
).pattern;

function escape(character: string): string {
  return character === "-" ? "\\-" : character;
}
