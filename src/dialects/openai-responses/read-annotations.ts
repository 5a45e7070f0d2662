import { isRecord } from "../../core/json/is-record.ts";
import type { Annotation } from "../canonical/block.ts";

/** The web sources among a text's annotations; files and containers, which only their own API can resolve, are left out. */
export function readAnnotations(value: unknown): readonly Annotation[] {
  if (!Array.isArray(value)) return [];
  return value.map(readAnnotation).filter((annotation) => annotation !== null);
}

/** One annotation, also as a stream's event has it. */
export function readAnnotation(value: unknown): Annotation | null {
  if (!isRecord(value) || value["type"] !== "url_citation" || typeof value["url"] !== "string") return null;
  const { end_index: end, start_index: start, title, url } = value;
  return {
    url,
    title: typeof title === "string" ? title : null,
    startIndex: typeof start === "number" ? start : null,
    endIndex: typeof end === "number" ? end : null,
    citedText: null,
  };
}
