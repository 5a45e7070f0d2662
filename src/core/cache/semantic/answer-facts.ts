import { parseRecord } from "../../json/parse-record.ts";
import { canonicalJson } from "../../policy/canonical-json.ts";

/** What an answer commits itself to, as far as it can be read off. */
export interface AnswerFacts {
  /** With their units; dates, amounts and versions are numbers too. */
  readonly numbers: ReadonlySet<string>;
  /** How it begins, where that is a yes or a no. */
  readonly verdict: "yes" | "no" | null;
  /** How many words deny. */
  readonly denials: number;
  /** Fenced code without its white space; empty where there is none. */
  readonly code: string;
}

const FENCE = "```";
/** What may stand in a number, and is a sentence's where it stands at the end. */
const PUNCTUATION = ".,:/";
const NUMBER = /(?<![\p{L}\p{N}])([-−]?\d[\d.,:/]*)\s?(%|°|\p{Sc}|\p{L}{1,8})?/gu;
const CURRENCY = /(\p{Sc})\s?(\d[\d.,]*)/gu;
const DENIAL = /\b(?:no|not|never|none|without|cannot|neither|nor)\b|n['’]t\b/gi;
const VERDICT = /^\W*(yes|yep|yeah|correct|true|no|nope|false|incorrect)\b/i;
const YES: ReadonlySet<string> = new Set(["yes", "yep", "yeah", "correct", "true"]);
/** Words after a number that are no unit of it. */
const NO_UNIT: ReadonlySet<string> = new Set(
  "a an and are as at be but by for from if in is it of on or so than that the then there to was were when which with".split(" "),
);

/** An answer that is an object of JSON, in canonical form; null where it is none. */
export function jsonOf(answer: string): string | null {
  const json = answer.trimStart().startsWith("{") ? parseRecord(answer) : null;
  return json === null ? null : canonicalJson(json);
}

export function factsOf(answer: string): AnswerFacts {
  const verdict = VERDICT.exec(answer)?.[1]?.toLowerCase();
  return {
    numbers: numbersOf(answer),
    verdict: verdict === undefined ? null : YES.has(verdict) ? "yes" : "no",
    denials: answer.match(DENIAL)?.length ?? 0,
    code: fencedIn(answer)
      .map((code) => code.replaceAll(/\s+/g, ""))
      .join("\n"),
  };
}

/** Whether both cannot be right: another beginning, numbers that neither has all of, other code. */
export function haveConflict(one: AnswerFacts, other: AnswerFacts): boolean {
  if (one.verdict !== null && other.verdict !== null && one.verdict !== other.verdict) return true;
  if (one.code !== "" && other.code !== "" && one.code !== other.code) return true;
  return !hasAll(other.numbers, one.numbers) && !hasAll(one.numbers, other.numbers);
}

/** Whether nothing that was read off speaks against their saying the same. */
export function agree(one: AnswerFacts, other: AnswerFacts): boolean {
  return (
    one.numbers.size === other.numbers.size &&
    hasAll(other.numbers, one.numbers) &&
    one.denials === other.denials &&
    one.code === other.code
  );
}

function hasAll(of: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  return [...wanted].every((number) => of.has(number));
}

function numbersOf(answer: string): ReadonlySet<string> {
  const numbers = new Set<string>();
  const plain = answer.replaceAll(CURRENCY, "$2 $1");
  for (const [, digits = "", unit = ""] of plain.matchAll(NUMBER)) {
    const written = digits.replace("−", "-").replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, "");
    const value = withoutEnd(written);
    const measured = unit.toLowerCase();
    numbers.add(NO_UNIT.has(measured) ? value : `${value} ${measured}`.trim());
  }
  return numbers;
}

/** What stands between fences, without the line of the opening one. */
function fencedIn(answer: string): readonly string[] {
  const parts = answer.split(FENCE);
  return parts
    .filter((_, index) => index % 2 === 1 && index < parts.length - 1)
    .map((part) => part.slice(part.indexOf("\n") + 1));
}

function withoutEnd(number: string): string {
  let end = number.length;
  while (end > 0 && PUNCTUATION.includes(number[end - 1] ?? " ")) end -= 1;
  return number.slice(0, end);
}
