/** Canonical features that callers of completions know by another name. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["max_output_tokens", "max_tokens"],
  ["choices", "n"],
]);

/** How a caller of completions would write a canonical feature. */
export function fieldName(feature: string): string {
  if (feature.startsWith("extra.")) return feature.slice("extra.".length);
  return NAMES.get(feature) ?? feature;
}
