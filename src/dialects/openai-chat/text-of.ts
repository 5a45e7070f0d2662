/** A member that is a text; empty for every other value. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
