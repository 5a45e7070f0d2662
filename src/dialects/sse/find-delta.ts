import { closingQuote } from "../../core/json/escaped-text.ts";
import type { DeltaSpan } from "./sse-framer.ts";

/**
 * Where the text of `"<key>":"…"` stands in an event's data, for a key whose value is a string and of which there is one;
 * null when there is none or more than one. White space around the colon is not looked for: then there is no fast path.
 */
export function findDelta(data: string, key: string): DeltaSpan | null {
  const opening = `"${key}":"`;
  const at = data.indexOf(opening);
  if (at === -1) return null;
  const start = at + opening.length;
  const end = closingQuote(data, start);
  return end === -1 || data.includes(opening, end) ? null : { start, end };
}
