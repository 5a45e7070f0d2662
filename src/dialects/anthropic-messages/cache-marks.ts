import { isRecord } from "../../core/json/is-record.ts";
import type { Wire, Writing } from "./writing.ts";

/** Cache marks the API takes in one request, that of the whole request counted. */
const MAX_MARKS = 4;

/** Takes the earliest marks off parts, in the order the API counts them, until no more are left than it takes. */
export function limitCacheMarks(parts: readonly Wire[], writing: Writing): void {
  const marked = parts.filter((part) => isRecord(part["cache_control"]));
  const room = writing.request.cache === null ? MAX_MARKS : MAX_MARKS - 1;
  if (marked.length <= room) return;
  writing.hint("cache_marks", `anthropic takes ${MAX_MARKS} cache marks, the last ones are kept`);
  for (const part of marked.slice(0, marked.length - room)) delete part["cache_control"];
}
