import type { MediaBlock } from "../canonical/block.ts";
import { isVerbatim, type Wire, type Writing } from "./writing.ts";

const HTTP_URL = /^https?:\/\//i;

/** An image or a document; null, and a loss, for what the API cannot take. */
export function writeMedia(block: MediaBlock, writing: Writing): Wire | null {
  if (isVerbatim(block.extra)) return { ...writing.common(block) };
  switch (block.media) {
    case "image":
      return writeImage(block, writing);
    case "file":
      return writeDocument(block, writing);
    case "audio":
      writing.meaning("media.audio", "anthropic takes no audio", "audio_input");
      return null;
    case "video":
      writing.meaning("media.video", "anthropic takes no video", "video");
      return null;
  }
}

function writeImage(block: MediaBlock, writing: Writing): Wire | null {
  if (block.detail !== null && block.detail !== "auto") writing.hint("media.image", "anthropic has no image detail");
  const source = sourceOf(block, writing);
  return source === null ? null : { type: "image", source, ...writing.common(block) };
}

function writeDocument(block: MediaBlock, writing: Writing): Wire | null {
  if (block.mimeType?.startsWith("image/") === true) return writeImage({ ...block, media: "image" }, writing);
  const source = sourceOf(block, writing);
  if (source === null) return null;
  return { type: "document", source, ...(block.name === null ? {} : { title: block.name }), ...writing.common(block) };
}

function sourceOf(block: MediaBlock, writing: Writing): Wire | null {
  const { media, mimeType, source } = block;
  const feature = `media.${media}`;
  switch (source.kind) {
    case "base64":
      return media === "image"
        ? writeBase64(mimeType ?? "image/png", source.data)
        : writeDocumentData(block, source.data, writing);
    case "text":
      return { type: "text", media_type: "text/plain", data: source.text };
    case "url":
      if (HTTP_URL.test(source.url)) return { type: "url", url: source.url };
      writing.meaning(feature, "anthropic fetches from http and https alone");
      return null;
    case "file_id":
      if (source.family === writing.upstream.family) return { type: "file", file_id: source.id };
      writing.meaning(feature, "the file is held by another provider");
      return null;
  }
}

function writeBase64(mimeType: string, data: string): Wire {
  // The API knows the registered name alone.
  return { type: "base64", media_type: mimeType === "image/jpg" ? "image/jpeg" : mimeType, data };
}

function writeDocumentData({ mimeType }: MediaBlock, data: string, writing: Writing): Wire | null {
  const type = mimeType ?? "application/pdf";
  if (type === "application/pdf") return writeBase64(type, data);
  const text = isTextual(type) ? decodeText(data) : null;
  if (text !== null) return { type: "text", media_type: "text/plain", data: text };
  writing.meaning("media.file", "anthropic takes PDF and plain text alone");
  return null;
}

function isTextual(mimeType: string): boolean {
  return mimeType.startsWith("text/") || /^application\/(?:json|xml|yaml|javascript)\b/.test(mimeType);
}

/** Base64 of UTF-8 → text; null when it is neither. */
function decodeText(data: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
