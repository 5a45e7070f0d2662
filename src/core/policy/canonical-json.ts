import { compareText } from "./problem.ts";

/**
 * JSON with sorted keys and no white space: equal data gives equal text, whatever order it was built in. For plain data
 * without floating-point surprises; the text a digest is made of.
 * @see https://www.rfc-editor.org/rfc/rfc8785
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (isPlainObject(part) ? sorted(part) : part));
}

function isPlainObject(part: unknown): part is Readonly<Record<string, unknown>> {
  return typeof part === "object" && part !== null && !Array.isArray(part);
}

/** Integer-like keys come first in every JavaScript object, so their order is stable too. */
function sorted(part: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(part).toSorted(([left], [right]) => compareText(left, right)));
}
