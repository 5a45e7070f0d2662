import { RawJson } from "./exact-json.ts";

/**
 * JSON with sorted keys and no white space, of parsed JSON whose numbers keep every digit: equal data gives equal text, whatever
 * order it came in. What is `undefined` in an object is left out.
 */
export function spell(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(spell).join(",")}]`;
  return spellObject(value);
}

function spellObject(value: object): string {
  let text = "{";
  for (const name of Object.keys(value).toSorted()) {
    const member: unknown = Reflect.get(value, name);
    if (member !== undefined) text += `${text === "{" ? "" : ","}${JSON.stringify(name)}:${spell(member)}`;
  }
  return `${text}}`;
}
