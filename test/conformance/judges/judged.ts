/** A wire format that callers speak and that is judged. */
export type JudgedSurface = "openai-chat" | "openai-completions" | "openai-responses" | "anthropic-messages" | "gemini";

/** What a body is: an answer of the surface's main operation, or of another one. */
export type BodyKind = "chat" | "embeddings" | "count" | "error" | "models" | "model";

/** An object's member or a list's item, any depth down; undefined where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}

/** The items of a list; none where it is no list. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** A text; empty where it is none. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** Whether the object has the member, whatever its value. */
export function has(value: unknown, key: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}

/** Whether a text is one JSON object: what the arguments of a finished call must be. */
export function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** What is said of the rules that are broken: each is whether it is, and what then is wrong. */
export function broken(rules: readonly (readonly [boolean, string])[]): readonly string[] {
  return rules.filter(([isBroken]) => isBroken).map(([, says]) => says);
}

/** Ids that are missing or stand for two things. */
export function wrongIds(ids: readonly string[], what: string): readonly string[] {
  return ids.includes("") || new Set(ids).size < ids.length ? [`${what} is empty or used twice`] : [];
}

/** Equal as JSON, whatever the order of members. */
export function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
