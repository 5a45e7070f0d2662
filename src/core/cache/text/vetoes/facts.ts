import { isSameBag, without } from "../align.ts";
import type { Reading } from "../reading.ts";
import type { Token } from "../tokens.ts";
import { wordSet } from "../words.ts";

const DIGIT = /\p{N}/u;
const AMOUNTS = wordSet(
  "first half quarter double triple twice thrice dozen hundred hundreds thousand thousands million millions billion billions trillion third fourth fifth sixth seventh eighth ninth tenth",
);
const UNITS = new Map(
  [
    "mg milligram milligrams",
    "mcg microgram micrograms µg",
    "g gram grams",
    "kg kilogram kilograms kilo kilos",
    "lb lbs pound pounds",
    "oz ounce ounces",
    "ton tons tonne tonnes",
    "mm millimeter millimeters millimetre millimetres",
    "cm centimeter centimeters centimetre centimetres",
    "m meter meters metre metres",
    "km kilometer kilometers kilometre kilometres",
    "mile miles mi",
    "yard yards yd",
    "ft foot feet",
    "inch inches",
    "ml milliliter milliliters millilitre millilitres",
    "liter liters litre litres",
    "gallon gallons",
    "cup cups",
    "tbsp tablespoon tablespoons",
    "tsp teaspoon teaspoons",
    "celsius centigrade °c",
    "fahrenheit °f",
    "kelvin",
    "kb kilobyte kilobytes",
    "mb megabyte megabytes",
    "gb gigabyte gigabytes",
    "tb terabyte terabytes",
    "Kb kbps Kbps",
    "Mb mbps Mbps",
    "Gb gbps Gbps",
    "ms millisecond milliseconds",
    "sec secs second seconds",
    "min mins minute minutes",
    "hr hrs hour hours",
    "day days",
    "week weeks",
    "month months",
    "year years",
    "am",
    "pm",
    "mph",
    "kmh",
    "watt watts w",
    "kw kilowatt kilowatts",
    "kwh",
    "hz hertz",
    "khz",
    "mhz",
    "ghz",
    "calorie calories kcal",
    "joule joules",
    "acre acres",
    "hectare hectares",
    "degree degrees °",
    "% percent",
  ].flatMap((line) => {
    const words = line.split(" ");
    return words.map((word) => [word, words[0] ?? word] as const);
  }),
);
const CURRENCIES = new Map(
  [
    "$ usd dollar dollars",
    "€ eur euro euros",
    "£ gbp sterling",
    "¥ jpy yen",
    "chf franc francs",
    "inr rupee rupees ₹",
    "cny yuan rmb",
    "aud",
    "cad",
    "nzd",
    "sek",
    "nok",
    "dkk",
    "pln",
    "brl real reais",
    "mxn peso pesos",
    "krw won",
    "btc bitcoin",
    "eth ether",
  ].flatMap((line) => {
    const words = line.split(" ");
    return words.map((word) => [word, words[0] ?? word] as const);
  }),
);
/** After these a unit is what is asked for: `to miles`, `in kilograms`. */
const BEFORE_UNITS = wordSet("to in into many");
/** A measure of time is asked for in many words (`how many days`, `how long`): it counts beside a number only. */
const CLOCK = wordSet("ms sec min hr day week month year am pm m");
/** Typography, or so common inside names that it tells nothing. */
const PICTURE = /\p{Extended_Pictographic}/u;
const PLAIN_SYMBOLS = wordSet("\" ' - – — ( ) [ ] / & * # % $ € £ ¥ ° ~ ` _ ¿ ¡ · • ™ ® ©");

/** Other numbers, amounts or identifiers with digits, or the same ones in another order. */
export function hasOtherNumbers(a: Reading, b: Reading): boolean {
  const [one, other] = [numbersOf(a), numbersOf(b)];
  const isOrdered = one.filter(isFigure).join(" ") === other.filter(isFigure).join(" ");
  return !isOrdered || !isSameBag(one, other);
}

const isFigure = (number: string): boolean => /^-?\d[\d.,:]*$/.test(number);

/** `one` counts for nothing: `in one sentence`, `which one`. */
function numbersOf({ tokens }: Reading): readonly string[] {
  return tokens
    .filter(
      ({ kind, text, written }) =>
        kind !== "verbatim" && written.toLowerCase() !== "one" && (DIGIT.test(text) || AMOUNTS.has(text)),
    )
    .map(({ text }) => text);
}

/** Other units or currencies: milligrams for grams, to feet for to miles. */
export function hasOtherUnits(a: Reading, b: Reading): boolean {
  const [one, other] = [unitsOf(a), unitsOf(b)];
  return one.size !== other.size || [...one].some((unit) => !other.has(unit));
}

function unitsOf({ tokens }: Reading): ReadonlySet<string> {
  const units = new Set<string>();
  for (const [at, token] of tokens.entries()) {
    const currency = CURRENCIES.get(token.text);
    if (currency !== undefined && (token.kind === "symbol" || token.text.length === 3 || isMeasured(tokens, at)))
      units.add(currency);
    const unit = UNITS.get(token.text);
    if (unit !== undefined && (isMeasured(tokens, at) || (!CLOCK.has(unit) && BEFORE_UNITS.has(tokens[at - 1]?.text ?? ""))))
      units.add(unit);
  }
  return units;
}

/** After a number, or after another unit that is: `3 degrees celsius`. */
function isMeasured(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  if (before?.kind === "number") return true;
  return before?.text === "degrees" || before?.text === "°" ? tokens[at - 2]?.kind === "number" : false;
}

/** What was quoted, or written as code, address or identifier, is not in the other text. */
export function hasOtherQuotations(a: Reading, b: Reading): boolean {
  return isMissingQuotation(a, b) || isMissingQuotation(b, a);
}

function isMissingQuotation(a: Reading, b: Reading): boolean {
  const quoted = a.tokens.filter(({ kind }) => kind === "verbatim");
  if (quoted.length === 0) return false;
  const text = b.original.toLowerCase();
  return quoted.some((token) => !text.includes(innerText(token.text)));
}

function innerText(quotation: string): string {
  return quotation.replaceAll(/^["'`]+|["'`]+$/g, "").toLowerCase();
}

/** A name of one text is no word of the other. */
export function hasOtherNames(a: Reading, b: Reading): boolean {
  return isMissingName(a, b) || isMissingName(b, a);
}

function isMissingName({ names }: Reading, { vocabulary }: Reading): boolean {
  return [...names].some((name) => !vocabulary.has(name));
}

/** Operators and brackets of code: other ones, or more of them. */
export function hasOtherSymbols(a: Reading, b: Reading): boolean {
  return !isSameBag(symbolsOf(a), symbolsOf(b));
}

function symbolsOf({ tokens }: Reading): readonly string[] {
  return tokens
    .filter(({ kind, text }) => kind === "symbol" && !PLAIN_SYMBOLS.has(text) && !PICTURE.test(text))
    .map(({ text }) => text);
}

/** Words of one text only that are no words of the other, each as often as it is in excess. */
export function residueOf(a: Reading, b: Reading): { readonly left: readonly string[]; readonly right: readonly string[] } {
  return { left: without(a.content, b.content), right: without(b.content, a.content) };
}
