import { writeNumbers } from "./number-words.ts";
import { type Token, wordToken } from "./tokens.ts";
import { wordSet } from "./words.ts";

/** Rewriting goes on until nothing changes; a text that is rewritten so often is no text. */
const MOST_ROUNDS = 8;

const CONTRACTED: ReadonlyMap<string, readonly string[]> = new Map(
  [
    "won't=will not",
    "can't=can not",
    "cannot=can not",
    "cant=can not",
    "let's=let us",
    "whats=what is",
    "whos=who is",
    "wheres=where is",
    "hows=how is",
    "thats=that is",
    "im=i am",
    "ive=i have",
    "youre=you are",
    "theyre=they are",
    ...["do", "does", "did", "is", "are", "was", "were", "would", "could", "should", "have", "has"].flatMap((verb) => [
      `${verb}n't=${verb} not`,
      `${verb}nt=${verb} not`,
    ]),
    ...["what", "who", "where", "when", "how", "why", "that", "there", "here", "it", "he", "she"].map((it) => `${it}'s=${it} is`),
  ].map((line) => {
    const [short = "", long = ""] = line.split("=");
    return [short, long.split(" ")] as const;
  }),
);
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ["n't", "not"],
  ["'re", "are"],
  ["'ve", "have"],
  ["'ll", "will"],
  ["'m", "am"],
]);
const ENDING = /(?:n't|'re|'ve|'ll|'m)$/;

/** Mostly air: what is asked is the same without them. */
const FILLERS = wordSet("really actually indeed basically kindly");
const MENTIONS_OF_FILLERS = wordSet(
  "say saying says word words mean spell define translate pronounce synonym synonyms antonym antonyms of for with",
);
/** After these `a` is a name: vitamin A, plan A. */
const LETTERED = wordSet(
  "vitamin hepatitis plan grade type class option group section part team series serie appendix exhibit model influenza point side level schedule title figure terminal gate column row variable drive",
);
const ARTICLES = wordSet("the a an");
/** Before these `a` stands for itself, or belongs to them: `a few` is not `few`. */
const NO_NOUNS = wordSet("in for of and or to on with is are was vs versus as at by from than the a an few little lot");
const ANSWERS = wordSet("no yes not stop wait ok okay");
/** `say please` is about the word, and so is what stands before these. */
const MENTIONED = wordSet("mean means meaning in synonym synonyms translation definition vs versus and or");
/** After these a polite or an empty word is meant itself. */
const MENTIONS = wordSet(
  "say saying says word words mean means of is or does spell to with and write the using use give giving send express for define translate pronounce explain synonym synonyms antonym antonyms",
);
const GREETINGS = wordSet("hi hello hey greetings");
const DAYTIMES = wordSet("morning afternoon evening day");
const GREETED = wordSet("there all everyone everybody team folks");
/** What may follow a greeting that no punctuation ends. */
const OPENINGS = wordSet("there i can could would will please what who when where why how is are do does did my");
const THANKS = wordSet("thanks thx ty cheers");
const AFTER_THANKS = wordSet("you so very much a lot again in advance");
const QUESTION_WORDS = wordSet("what who whom whose when where why how which if whether");
const ASKED_FOR = wordSet("explain describe define clarify");
const ASKED_OF = wordSet("tell show give teach help remind");
/** `how do i look` asks for a view, not for a way. */
const STATIVE = wordSet("look feel seem sound appear smell taste rank compare fare rate do die");
const HOW_TO = [
  ["how", "do", "i"],
  ["how", "can", "i"],
  ["how", "could", "i"],
  ["how", "does", "one"],
  ["how", "does", "1"],
  ["steps", "to"],
  ["what", "is", "steps", "to"],
  ["what", "is", "way", "to"],
  ["show", "me", "how", "to"],
  ["tell", "me", "how", "to"],
  ["teach", "me", "how", "to"],
  ["explain", "how", "to"],
] as const;
const WANTS_TO_KNOW = [
  ["i", "would", "like", "to", "know"],
  ["i", "want", "to", "know"],
  ["i", "need", "to", "know"],
  ["i", "am", "wondering"],
  ["i", "was", "wondering"],
  ["tell", "me"],
] as const;

/**
 * English in its plainest wording: contractions written out, number words as digits, no greeting, no politeness, no article, one wording for
 * asking how something is done. Pronouns, auxiliaries, negation, prepositions and order stay: `can i call you` is not `can you call me`.
 */
export function rewriteEnglish(tokens: readonly Token[]): readonly Token[] {
  let current = tokens;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = dropCommas(dropArticles(dropFillers(askPlainly(dropPoliteness(writeNumbers(writeOut(nameLetters(current))))))));
    if (isSame(next, current)) break;
    current = next;
  }
  return current;
}

/** A capital A inside a sentence names something and is no article; but in capitals alone nothing is told. */
function nameLetters(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some(({ written }) => written === "A")) return tokens;
  const isTold = tokens.some(({ kind, written }) => kind === "word" && written !== written.toUpperCase());
  return tokens.map((token, at) =>
    token.written === "A" ? { ...token, text: isTold && isNaming(tokens[at - 1]) ? "A" : "a" } : token,
  );
}

/** Vitamin A may be written small. */
function isNaming(before: Token | undefined): boolean {
  return !isBoundary(before) && !LETTERED.has(before?.text ?? "");
}

function isSame(next: readonly Token[], current: readonly Token[]): boolean {
  if (next === current) return true;
  return next.length === current.length && next.every(({ text }, at) => text === current[at]?.text);
}

/** Mostly nothing changes, and then nothing is made anew. */
function keepOnly(tokens: readonly Token[], isKept: (token: Token, at: number) => boolean): readonly Token[] {
  return tokens.every(isKept) ? tokens : tokens.filter(isKept);
}

function writeOut(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some(({ text }) => CONTRACTED.has(text) || ENDING.test(text))) return tokens;
  return tokens.flatMap((token) => {
    if (token.kind !== "word") return [token];
    const words = CONTRACTED.get(token.text);
    if (words !== undefined) return words.map((text) => wordToken(text, token.written));
    const ending = ENDING.exec(token.text)?.[0] ?? "";
    const last = ENDINGS.get(ending);
    return last === undefined
      ? [token]
      : [wordToken(token.text.slice(0, -ending.length), token.written), wordToken(last, token.written)];
  });
}

/** The texts of so many tokens from here; fewer where the text ends. */
function textsAt(tokens: readonly Token[], at: number, count: number): readonly string[] {
  return tokens.slice(at, at + count).map(({ text }) => text);
}

function startsWith(tokens: readonly Token[], at: number, phrase: readonly string[]): boolean {
  return phrase.every((text, index) => tokens[at + index]?.text === text);
}

const isBoundary = (token: Token | undefined): boolean => token === undefined || token.kind === "stop" || token.kind === "comma";

/** What is left of a text when a part is taken away; the text itself where nothing would be left. */
function leave(rest: readonly Token[], tokens: readonly Token[]): readonly Token[] {
  return rest.some(({ kind }) => kind !== "stop" && kind !== "comma") ? rest : tokens;
}

/** Greetings, `please`, `could you tell me`, thanks. */
function dropPoliteness(tokens: readonly Token[]): readonly Token[] {
  let begun = tokens;
  for (let length = openingLength(begun); length > 0 && length < begun.length; length = openingLength(begun)) {
    begun = begun.slice(length);
  }
  const ended = leave(dropThanks(begun), begun);
  return leave(
    keepOnly(ended, (_, at) => !isPlease(ended, at)),
    ended,
  );
}

/** Tokens of a polite opening; 0 where there is none. */
function openingLength(tokens: readonly Token[]): number {
  const length = greetingLength(tokens) || requestLength(tokens) || wishLength(tokens);
  return length === 0 ? 0 : length + (isBoundary(tokens[length]) ? 1 : 0);
}

function greetingLength(tokens: readonly Token[]): number {
  const [first = "", second = ""] = textsAt(tokens, 0, 2);
  if (first === "good" && DAYTIMES.has(second)) return isBoundary(tokens[2]) ? 2 : 0;
  if (!GREETINGS.has(first)) return 0;
  if (GREETED.has(second)) return 2;
  return isBoundary(tokens[1]) || OPENINGS.has(second) ? 1 : 0;
}

/** `could you please …`, `can you explain …`, `would you tell me …`: what follows is what is asked. */
function requestLength(tokens: readonly Token[]): number {
  const [modal = "", you, third = "", fourth = ""] = textsAt(tokens, 0, 4);
  if (you !== "you" || !["can", "could", "would", "will"].includes(modal)) return 0;
  if (third === "please") return 3;
  if (ASKED_FOR.has(third)) return 2;
  return ASKED_OF.has(third) && (fourth === "me" || fourth === "us") ? 2 : 0;
}

/** `i would like to know how …`, `tell me: …`. */
function wishLength(tokens: readonly Token[]): number {
  const wish = WANTS_TO_KNOW.find((phrase) => startsWith(tokens, 0, phrase));
  if (wish === undefined) return 0;
  const next = tokens[wish.length];
  return next !== undefined && (next.kind === "comma" || QUESTION_WORDS.has(next.text)) ? wish.length : 0;
}

/** At a boundary `please` is politeness, but not where the word itself is meant. */
function isPlease(tokens: readonly Token[], at: number): boolean {
  if (tokens[at]?.text !== "please") return false;
  const before = tokens[at - 1];
  if (isBoundary(before)) return !MENTIONED.has(tokens[at + 1]?.text ?? "");
  return isBoundary(tokens[at + 1]) && !MENTIONS.has(before?.text ?? "");
}

/** Without thanks that stand by themselves at the end, and without the last punctuation. */
function dropThanks(tokens: readonly Token[]): readonly Token[] {
  const kept = dropLastPunctuation(tokens);
  const from = thanksAt(kept);
  if (from <= 0) return kept;
  const before = kept[from - 1];
  const isApart = isBoundary(before) || (kept[from]?.text === "thanks" && !MENTIONS.has(before?.text ?? ""));
  return isApart ? kept.slice(0, from) : kept;
}

function dropLastPunctuation(tokens: readonly Token[]): readonly Token[] {
  const end = tokens.findLastIndex((token, at) => !isBoundary(token) || isTellingQuestion(tokens, at)) + 1;
  return end === tokens.length ? tokens : tokens.slice(0, end);
}

/** Where thanks begin that go on to the end: `thank you so much`; -1 where there are none. */
function thanksAt(tokens: readonly Token[]): number {
  const at = tokens.findLastIndex(({ text }) => !AFTER_THANKS.has(text));
  const text = tokens[at]?.text ?? "";
  return THANKS.has(text) || (text === "thank" && tokens[at + 1]?.text === "you") ? at : -1;
}

const SUBJECTS = wordSet("i you he she it we they this that there these those so and but");

/** `you can cancel?` is asked by its mark alone. */
function isTellingQuestion(tokens: readonly Token[], at: number): boolean {
  if (tokens[at]?.text !== "?") return false;
  const start = tokens.findLastIndex(({ kind }, index) => index < at && kind === "stop") + 1;
  const sentence = textsAt(tokens, start, at - start);
  return SUBJECTS.has(sentence[0] ?? "") && !sentence.some((text) => QUESTION_WORDS.has(text));
}

/** One wording for `what are` and for asking how something is done, where a clause begins. */
function askPlainly(tokens: readonly Token[]): readonly Token[] {
  const plain: Token[] = [];
  for (let at = 0; at < tokens.length;) {
    const [length, wording] = isBoundary(tokens[at - 1]) ? plainerAt(tokens, at) : KEPT;
    if (length === 0) plain.push(...tokens.slice(at, at + 1));
    else plain.push(...wording.map((text) => wordToken(text)));
    at += Math.max(length, 1);
  }
  return plain;
}

type Plainer = readonly [length: number, wording: readonly string[]];

const KEPT: Plainer = [0, []];

/** How many tokens from here have a plainer wording, and which. */
function plainerAt(tokens: readonly Token[], at: number): Plainer {
  const length = howToLength(tokens, at);
  if (length > 0) return [length, ["how", "to"]];
  return startsWith(tokens, at, ["what", "are"]) ? [2, ["what", "is"]] : KEPT;
}

function howToLength(tokens: readonly Token[], at: number): number {
  const phrase = HOW_TO.find((words) => startsWith(tokens, at, words));
  if (phrase === undefined) return 0;
  return phrase.at(-1) === "i" && STATIVE.has(tokens[at + phrase.length]?.text ?? "") ? 0 : phrase.length;
}

/** Inside a sentence, and not where the word itself is meant; `not really` says something else than `not`. */
function dropFillers(tokens: readonly Token[]): readonly Token[] {
  return keepOnly(tokens, ({ text }, at) => {
    const [before, next] = [tokens[at - 1], tokens[at + 1]];
    if (!FILLERS.has(text) || before === undefined || next === undefined || before.text === "not") return true;
    return MENTIONS_OF_FILLERS.has(before.text) || MENTIONED.has(next.text);
  });
}

function dropArticles(tokens: readonly Token[]): readonly Token[] {
  return leave(
    keepOnly(tokens, (_, at) => !isArticle(tokens, at)),
    tokens,
  );
}

/** Before a noun, as far as can be told: not the A of `vitamin A`, not the name of a letter, not a capital in a name. */
function isArticle(tokens: readonly Token[], at: number): boolean {
  const [before, token, next] = [tokens[at - 1]?.text ?? "", tokens[at], tokens[at + 1]];
  if (token?.kind !== "word" || !ARTICLES.has(token.text) || !beginsNoun(next)) return false;
  const isMeant = before === "does" && MENTIONED.has(next?.text ?? "");
  return !isMeant && !(token.text === "a" && LETTERED.has(before));
}

function beginsNoun(token: Token | undefined): boolean {
  return token !== undefined && !isBoundary(token) && token.kind !== "symbol" && !NO_NOUNS.has(token.text);
}

/** Commas part nothing, but for `no, refunds`. */
function dropCommas(tokens: readonly Token[]): readonly Token[] {
  return keepOnly(tokens, ({ kind }, at) => kind !== "comma" || ANSWERS.has(tokens[at - 1]?.text ?? ""));
}
