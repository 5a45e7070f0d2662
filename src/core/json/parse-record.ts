import { isRecord } from "./is-record.ts";

/** JSON text that is an object; null when it is something else or no JSON. Never throws. */
export function parseRecord(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
