import { hasOppositeAmong } from "../opposites.ts";
import type { Reading } from "../reading.ts";
import { wordSet } from "../words.ts";

const NEGATIONS = wordSet(
  "not no never without except unless none nobody nothing nowhere neither nor non nicht kein keine keinen nie ohne pas jamais sans nunca jamás sin non mai senza não nunca sem niet geen nooit zonder inte aldrig нет не без никогда 不 没 沒 無 未",
);
const CLASSES = {
  quantifier: {
    all: "all every each everyone everybody everything always",
    some: "some any certain several",
    most: "most majority",
    few: "few little",
    only: "only solely exclusively",
    both: "both",
    either: "either",
    duplicate: "duplicate duplicates duplicated unique distinct",
    least: "least minimum min",
    highest: "maximum max",
  },
  modality: {
    may: "can could may might able allowed",
    must: "must have required need mandatory obligated",
    should: "should ought",
    will: "will shall",
    would: "would",
  },
  time: {
    now: "today now current currently tonight",
    tomorrow: "tomorrow",
    yesterday: "yesterday",
    next: "next upcoming",
    last: "last previous former past prior",
    monday: "monday mon",
    tuesday: "tuesday tue",
    wednesday: "wednesday wed",
    thursday: "thursday thu",
    friday: "friday fri",
    saturday: "saturday",
    sunday: "sunday",
    weekend: "weekend weekends",
    january: "january jan",
    february: "february feb",
    march: "march",
    april: "april apr",
    june: "june jun",
    july: "july jul",
    august: "august aug",
    september: "september sep sept",
    october: "october oct",
    november: "november nov",
    december: "december dec",
    morning: "morning",
    noon: "noon midday",
    afternoon: "afternoon",
    evening: "evening",
    midnight: "midnight",
  },
  gender: { male: "he him his himself", female: "she her hers herself" },
} as const;

const OF_CLASS: Readonly<Record<keyof typeof CLASSES, ReadonlyMap<string, string>>> = {
  quantifier: readClass(CLASSES.quantifier),
  modality: readClass(CLASSES.modality),
  time: readClass(CLASSES.time),
  gender: readClass(CLASSES.gender),
};

function readClass(lines: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(lines).flatMap(([meaning, words]) => words.split(" ").map((word) => [word, meaning] as const)));
}

/** What a text says of a class, in order. */
function meaningsOf({ words }: Reading, of: keyof typeof CLASSES): readonly string[] {
  return words.flatMap((word) => OF_CLASS[of].get(word) ?? []);
}

/** Another number of negations; `or not` at the end of a question negates nothing. */
export function hasOtherNegation(a: Reading, b: Reading): boolean {
  return negationsOf(a) !== negationsOf(b);
}

function negationsOf({ words }: Reading): number {
  return words.filter((word, at) => NEGATIONS.has(word) && !(word === "not" && words[at - 1] === "or")).length;
}

/** A word of one text says the opposite of a word of the other, and neither text has both. */
export function hasOpposite(a: Reading, b: Reading): boolean {
  const right = new Set(b.words.filter((word) => !a.vocabulary.has(word)));
  return right.size > 0 && a.words.some((word) => !b.vocabulary.has(word) && hasOppositeAmong(word, right));
}

/** All for some, at least for at most, only for any: each speaks of how many, and none of it is what the other says. */
export function hasOtherQuantity(a: Reading, b: Reading): boolean {
  return areApart(meaningsOf(a, "quantifier"), meaningsOf(b, "quantifier")) || isOnlyOnce(a, b);
}

function isOnlyOnce(a: Reading, b: Reading): boolean {
  return meaningsOf(a, "quantifier").includes("only") !== meaningsOf(b, "quantifier").includes("only");
}

/** May for must, can for should. */
export function hasOtherModality(a: Reading, b: Reading): boolean {
  return areApart(meaningsOf(a, "modality"), meaningsOf(b, "modality"));
}

function areApart(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && b.length > 0 && !a.some((meaning) => b.includes(meaning));
}

/** Other days, months or hours. `now` says no more than the present tense does. */
export function hasOtherTime(a: Reading, b: Reading): boolean {
  const [one, other] = [timesOf(a), timesOf(b)];
  return one.some((time) => !other.includes(time)) || other.some((time) => !one.includes(time));
}

function timesOf(reading: Reading): readonly string[] {
  return meaningsOf(reading, "time").filter((time) => time !== "now");
}

/** `used to be` for `is`, `becoming` for `being`. */
export function hasOtherTense(a: Reading, b: Reading): boolean {
  return usedTo(a) !== usedTo(b) || isBecoming(a) !== isBecoming(b);
}

function usedTo({ words }: Reading): boolean {
  return words.some(
    (word, at) =>
      (word === "use" || word === "used") && words[at + 1] === "to" && /^(?:be|have|do|work|live|go)$/.test(words[at + 2] ?? ""),
  );
}

function isBecoming({ words }: Reading): boolean {
  return words.some((word, at) => word === "becoming" && words[at - 1] !== "before" && words[at - 1] !== "after");
}

/** He for she, and `i call you` for `you call me`; whose it is, mine or yours. */
export function hasOtherPersons(a: Reading, b: Reading): boolean {
  const [one, other] = [meaningsOf(a, "gender"), meaningsOf(b, "gender")];
  if (one.length !== other.length || one.some((gender, at) => gender !== other[at])) return true;
  const [first, second] = [personsOf(a), personsOf(b)];
  return (first.length > 1 && second.length > 1 && first[0] !== second[0]) || areApart(ownersOf(a), ownersOf(b));
}

const FIRST_PERSON = wordSet("i me my mine we us our");
const SECOND_PERSON = wordSet("you your yours");

/** Who is spoken of, speaker or asked, in the order of their first mention. */
function personsOf({ words }: Reading): readonly string[] {
  const persons = words.flatMap((word) => (FIRST_PERSON.has(word) ? ["first"] : SECOND_PERSON.has(word) ? ["second"] : []));
  return [...new Set(persons)];
}

function ownersOf({ words }: Reading): readonly string[] {
  return words.flatMap((word) => (word === "my" || word === "our" ? ["mine"] : word === "your" ? ["yours"] : []));
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ["who", "person"],
  ["whom", "person"],
  ["whose", "person"],
  ["when", "time"],
  ["where", "place"],
  ["why", "reason"],
]);
const MEASURES = wordSet("many much often far old tall big heavy fast");
const REASONS = wordSet("why reason reasons because cause causes makes benefit benefits purpose point");

/** Asks for a person where the other asks for a time, a place, an amount; only one asks why. */
export function asksOtherwise(a: Reading, b: Reading): boolean {
  const [one, other] = [questionOf(a), questionOf(b)];
  if (one !== null && other !== null && one !== other) return true;
  return isMissingReason(a, b) || isMissingReason(b, a);
}

function isMissingReason(a: Reading, b: Reading): boolean {
  return questionOf(a) === "reason" && !b.words.some((word) => REASONS.has(word));
}

/** What the first question word asks for; null where it may be anything (`what`, `which`), or where there is none at the beginning. */
function questionOf({ words }: Reading): string | null {
  const at = words.findIndex((word, index) => index < FIRST_WORDS && (KINDS.has(word) || word === "how" || word === "what"));
  const next = words[at + 1] ?? "";
  if (words[at] !== "how") return words[at] === "what" && next === "time" ? "time" : (KINDS.get(words[at] ?? "") ?? null);
  return MEASURES.has(next) ? next.replace("many", "much") : null;
}

const FIRST_WORDS = 3;

/** Asks whether something was done where the other asks to do it. */
export function isOtherAct(a: Reading, b: Reading): boolean {
  return asksOfPast(a) !== asksOfPast(b);
}

function asksOfPast({ words: [first = "", second = ""] }: Reading): boolean {
  return /^(?:did|have|has|had)$/.test(first) && /^(?:i|we|you|he|she|they|it)$/.test(second);
}

/** `A or B` for `A and B`. */
export function hasOtherConjunction(a: Reading, b: Reading): boolean {
  return isOneOf(a) !== isOneOf(b) && isBoth(a) !== isBoth(b);
}

const isOneOf = ({ words }: Reading): boolean => words.includes("or");
const isBoth = ({ words }: Reading): boolean => words.includes("and");

const NO_AGENTS = wordSet(
  "default hand card cash cheque credit bank wire sms text fax courier post mistake email mail phone car train bus air plane bike boat foot date name law far now then day night using step size",
);
const ARTICLES = wordSet("the a an");

/** Done by somebody on one side only: active and passive turn round who does it. */
export function hasOtherVoice(a: Reading, b: Reading): boolean {
  return hasAgent(a) !== hasAgent(b);
}

/** `by the car`, `by Anna`, but not `by car`, `by going`. */
function hasAgent({ source }: Reading): boolean {
  return source.some(({ text }, at) => {
    const next = source[at + 1];
    if (text !== "by" || at === 0 || next?.kind !== "word") return false;
    return ARTICLES.has(next.text) || !(NO_AGENTS.has(next.text) || next.text.endsWith("ing"));
  });
}
