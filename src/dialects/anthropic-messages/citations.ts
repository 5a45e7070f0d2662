import { isRecord } from "../../core/json/is-record.ts";
import type { Annotation } from "../canonical/block.ts";
import { unwrapSeal, wrapSeal } from "../canonical/seal-envelope.ts";
import { FAMILY } from "./identity.ts";
import { type Fields, optionalText } from "./read-fields.ts";

/** Stands for the index that only Anthropic can give: it is recognised when the caller sends the citation back. */
const NO_INDEX = wrapSeal({ family: "none", form: "details", data: "", id: null }, FAMILY);

/** A citation whose source has an address; null for one into a document of the request. */
export function readCitation(citation: unknown): Annotation | null {
  if (!isRecord(citation) || typeof citation["url"] !== "string") return null;
  return {
    url: citation["url"],
    title: optionalText(citation["title"]),
    startIndex: null,
    endIndex: null,
    citedText: optionalText(citation["cited_text"]),
  };
}

interface Citations {
  readonly annotations: readonly Annotation[];
  /** Those an Anthropic backend may see again. */
  readonly native: readonly unknown[];
}

/** The citations of a text; what is no list has none. */
export function readCitations(value: unknown): Citations {
  const list = Array.isArray(value) ? value : [];
  return {
    annotations: list.map(readCitation).filter((annotation) => annotation !== null),
    native: list.filter((citation) => !isOurs(citation)),
  };
}

function isOurs(citation: unknown): boolean {
  const index = isRecord(citation) ? citation["encrypted_index"] : null;
  return typeof index === "string" && unwrapSeal(index, { family: FAMILY, form: "details" }).family !== FAMILY;
}

/** A citation as this dialect has it. */
export function writeCitation({ citedText, title, url }: Annotation): Fields {
  return { type: "web_search_result_location", cited_text: citedText ?? "", url, title, encrypted_index: NO_INDEX };
}
