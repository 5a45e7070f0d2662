import { RawJson } from "./exact-json.ts";

/**
 * JSON with sorted keys and no white space, of parsed JSON whose numbers keep every digit: equal data gives equal text, whatever
 * order it came in. What is `undefined` in an object is left out.
 */
export function spell(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(spell).join(",")}]`;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  // By code units: no two names are equal.
  const members = entries
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${spell(member)}`);
  return `{${members.join(",")}}`;
}
