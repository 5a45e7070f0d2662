import { RawJson } from "./exact-json.ts";

/** An object with unknown members: no array, and no number that `parseExact` kept as its text. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RawJson);
}
