import type { StoredAnswer } from "../../core/cache/stored-answer.ts";
import { type KeptAnswer, readRecord } from "../../dialects/canonical/answer-record.ts";

/** Read once for each record in memory. */
const read = new WeakMap<StoredAnswer, KeptAnswer>();

/** What a stored answer holds; null where its record is damaged or of another version: then there is none. */
export function readKept(stored: StoredAnswer): KeptAnswer | null {
  const known = read.get(stored);
  if (known !== undefined) return known;
  const kept = readRecord(stored.content, stored.usage);
  if (kept !== null) read.set(stored, kept);
  return kept;
}
