/** Variables of this prefix hold the router's own secrets, such as peppers; no policy may name one. */
export const RESERVED_PREFIX = "FAIRLEAD_";

/** `openai`, `api-key` → `OPENAI_API_KEY`: upper case, `_` for whatever is no letter or digit. */
export function variableName(...parts: readonly string[]): string {
  return parts
    .join("_")
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, "_");
}
