/** An object of parsed JSON. */
export type Body = Readonly<Record<string, unknown>>;

/** The same name as protobuf writes it: `topK` → `top_k`. The API takes both spellings. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `top_k` → `topK`; a name without underscores stays as it is. */
export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_whole, letter: string) => letter.toUpperCase());
}

/** A member by its camelCase name, in either spelling; undefined where it is absent or null. */
export function member(body: Body, name: string): unknown {
  return body[name] ?? body[snakeCase(name)] ?? undefined;
}

/** A repeated field: the API takes one value where a list is declared. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** A text that is not empty; else null. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** What is left of an object without the members named (in camelCase); null when nothing is. */
export function restOf(body: Body, known: ReadonlySet<string>): Body | null {
  const rest = Object.entries(body).filter(([name, value]) => value !== null && !known.has(camelCase(name)));
  return rest.length === 0 ? null : Object.fromEntries(rest);
}
