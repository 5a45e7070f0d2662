import { isRecord } from "../../core/json/is-record.ts";
import type { MediaBlock, MediaSource } from "../canonical/block.ts";
import { refuse } from "../canonical/check-fields.ts";
import { FAMILY } from "./identity.ts";
import { type Fields, nameAt, objectAt, optionalText, readCommon, textAt, verbatim } from "./read-fields.ts";

/** An `image`. @throws FairleadError `invalid_value` */
export function readImage(block: Fields, path: string): MediaBlock {
  const source = objectAt(block["source"], `${path}.source`);
  return {
    kind: "media",
    media: "image",
    mimeType: optionalText(source["media_type"]),
    source: readSource(source, `${path}.source`),
    name: null,
    detail: null,
    ...readCommon(block, ["source"]),
  };
}

/**
 * A `document`; one made of blocks is its text elsewhere, and null where it holds what is no text.
 * @throws FairleadError `invalid_value`
 */
export function readDocument(block: Fields, path: string): MediaBlock | null {
  const source = objectAt(block["source"], `${path}.source`);
  const name = optionalText(block["title"]);
  const common = { kind: "media", media: "file", name, detail: null } as const;
  if (source["type"] === "content") {
    const text = joinTexts(source["content"]);
    if (text === null) return null;
    return { ...common, mimeType: "text/plain", source: { kind: "text", text }, ...verbatim(block) };
  }
  return {
    ...common,
    // A document by URL is a PDF: nothing else can be named so.
    mimeType: optionalText(source["media_type"]) ?? (source["type"] === "url" ? "application/pdf" : null),
    source: readSource(source, `${path}.source`),
    ...readCommon(block, ["source", "title"]),
  };
}

/** A `search_result`: a text document elsewhere. Null where it is not one we know. */
export function readSearchResult(block: Fields): MediaBlock | null {
  const text = joinTexts(block["content"]);
  if (text === null) return null;
  const name = optionalText(block["title"]);
  const origin = optionalText(block["source"]);
  const lines = origin === null ? text : `${origin}\n${text}`;
  return {
    kind: "media",
    media: "file",
    mimeType: "text/plain",
    source: { kind: "text", text: lines },
    name,
    detail: null,
    ...verbatim(block),
  };
}

function readSource(source: Fields, path: string): MediaSource {
  switch (source["type"]) {
    case "base64":
      return { kind: "base64", data: textAt(source["data"], `${path}.data`) };
    case "url":
      return { kind: "url", url: nameAt(source["url"], `${path}.url`) };
    case "text":
      return { kind: "text", text: textAt(source["data"], `${path}.data`) };
    case "file":
      return { kind: "file_id", id: nameAt(source["file_id"], `${path}.file_id`), family: FAMILY };
    default:
      return refuse("invalid_value", `'${path}.type' must be one of base64, url, text, file, content.`, `${path}.type`);
  }
}

/** The texts of text blocks, or of a string; null where anything else is among them. */
function joinTexts(content: unknown): string | null {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return null;
  const texts: string[] = [];
  for (const block of content) {
    const text = isRecord(block) && block["type"] === "text" ? block["text"] : null;
    if (typeof text !== "string") return null;
    texts.push(text);
  }
  return texts.join("\n");
}
