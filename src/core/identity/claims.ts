/** What a token says, as it was parsed. */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * What stands at a claim: its name at the top, or a JSON pointer (RFC 6901) where it starts with `/`. Undefined where there
 * is nothing; inherited properties are nothing.
 */
export function readClaim(claims: Claims, claim: string): unknown {
  if (!claim.startsWith("/")) return Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  let found: unknown = claims;
  for (const part of claim.slice(1).split("/")) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Claims)[name]; // looked at above
  }
  return found;
}

/** A claim's texts: itself, or those in its list. Numbers and truth values count as they are written. */
export function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => (typeof entry === "string" ? [entry] : []));
  if (typeof value === "string") return [value];
  return typeof value === "number" || typeof value === "boolean" ? [String(value)] : [];
}

/** A claim's words: like its texts, and one text is a list with spaces, as in OAuth's `scope`. */
export function wordsOf(value: unknown): readonly string[] {
  return typeof value === "string" ? value.split(" ").filter((word) => word !== "") : textsOf(value);
}
