/**
 * JSON text kept as it came, to be written into a body verbatim: tool arguments, and numbers that a double cannot hold.
 * Only `writeJson` may serialise what contains one.
 */
export class RawJson {
  /** Valid JSON text of one value. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** More than fifteen digits or a large exponent: a number that may not survive `JSON.parse`. */
const MAY_LOSE_DIGITS = /\d{16}|[\d.]{17}|\d[eE][+-]?\d{3}/;
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** V8 hands a reviver the source of each primitive; TypeScript does not know of it yet. */
interface ReviverContext {
  readonly source?: string;
}

/** Whether a JSON text may hold a number that `JSON.parse` would change. */
export function mayLoseDigits(text: string): boolean {
  return MAY_LOSE_DIGITS.test(text);
}

/**
 * `JSON.parse` whose numbers keep every digit: one that a double cannot hold becomes a `RawJson`. Costs what `JSON.parse`
 * costs unless such a number may be there. @throws SyntaxError
 */
export function parseExact(text: string): unknown {
  if (!mayLoseDigits(text)) return JSON.parse(text);
  return JSON.parse(text, keepDigits);
}

function keepDigits(_key: string, value: unknown, context?: ReviverContext): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  const shortest = String(value);
  if (shortest === context.source || decimalOf(shortest) === decimalOf(context.source)) return value;
  return new RawJson(context.source);
}

/** The number's digits and its power of ten, the same however it is spelt: `1.0`, `1e0` and `1`. The sign is left out. */
function decimalOf(text: string): string {
  const [, whole = "", fraction = "", exponent = "0"] = NUMBER.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  let length = digits.length;
  while (length > 0 && digits.charCodeAt(length - 1) === 0x30) length--;
  return length === 0 ? "0" : `${digits.slice(0, length)}e${Number(exponent) - fraction.length + digits.length - length}`;
}

/** Stands for the nth raw value while everything else is serialised; private-use characters, which few texts hold. */
function placeholder(salt: number, index: number): string {
  return `\uE000${salt}_${index}\uE001`;
}

/**
 * `JSON.stringify` that writes every `RawJson` verbatim. The result is deterministic: keys stand in insertion order.
 * Linear in the output; texts that hold our placeholder cost one more pass, however many they are.
 */
export function writeJson(value: unknown): string {
  const { body, spliced } = splice(value, 0);
  if (spliced !== null) return spliced;
  const taken = new Set([...body.matchAll(/\uE000(\d+)_/g)].map(([, salt]) => Number(salt)));
  let free = 1;
  while (taken.has(free)) free += 1;
  return splice(value, free).spliced ?? body;
}

/** `spliced` is null when a text holds a placeholder of this salt: then nothing tells it from ours. */
function splice(value: unknown, salt: number): { readonly body: string; readonly spliced: string | null } {
  const raws: string[] = [];
  const body = JSON.stringify(value, (_key, item: unknown) =>
    item instanceof RawJson ? placeholder(salt, raws.push(item.text) - 1) : item,
  );
  if (raws.length === 0) return { body, spliced: body };
  let seen = 0;
  const spliced = body.replace(new RegExp(`"?\uE000${salt}_(\\d+)\uE001"?`, "g"), (_whole, index: string) => {
    seen += 1;
    return raws[Number(index)] ?? "";
  });
  return { body, spliced: seen === raws.length ? spliced : null };
}
