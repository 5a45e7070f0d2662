import { isRecord } from "../../core/json/is-record.ts";
import type { Capability } from "../../core/capability.ts";
import type { MediaBlock } from "../canonical/block.ts";
import { toBase64 } from "../canonical/data-url.ts";
import { DOCUMENT_NOTES, hasDocumentNotes } from "../canonical/loss-reasons.ts";
import type { Losses } from "./losses.ts";
import type { Body } from "./member.ts";

/** A part or another message of the API under construction. */
export type Draft = Record<string, unknown>;

/** What decides whether a file can be sent. */
interface MediaRules {
  readonly losses: Losses;
  readonly family: string;
  /** The caller speaks this API and knows which addresses its project may read. */
  readonly isNativeCaller: boolean;
}

const CAPABILITIES: Readonly<Record<MediaBlock["media"], Capability>> = {
  image: "vision",
  audio: "audio_input",
  video: "video",
  file: "files",
};
const DEFAULT_TYPES: Readonly<Record<MediaBlock["media"], string>> = {
  image: "image/jpeg",
  audio: "audio/wav",
  video: "video/mp4",
  file: "application/pdf",
};
/** Addresses the API reads itself: its Files API, Google's buckets, YouTube. */
const READABLE = /^(?:gs:\/\/|https:\/\/(?:generativelanguage\.googleapis\.com|(?:www\.|m\.)?youtube\.com|youtu\.be)\/)/;

/** A file as `inlineData` or `fileData`; null, with a loss, where the API cannot be given it. */
export function writeMedia(block: MediaBlock, { family, isNativeCaller, losses }: MediaRules): Draft | null {
  const feature = `media.${block.media}`;
  const { source } = block;
  noteHints(block, losses);
  switch (source.kind) {
    case "base64":
      return inline(block, source.data);
    case "text":
      return { inlineData: { mimeType: block.mimeType ?? "text/plain", data: toBase64(source.text) } };
    case "url":
      if (isNativeCaller || READABLE.test(source.url)) return file(block, source.url);
      losses.meaning(feature, "gemini reads no public addresses, the file must be sent inline", CAPABILITIES[block.media]);
      return null;
    case "file_id":
      if (source.family === "gemini" || source.family === family) return file(block, source.id);
      losses.meaning(feature, `the file is held by ${source.family} and cannot be read elsewhere`);
      return null;
  }
}

function noteHints(block: MediaBlock, losses: Losses): void {
  const { detail, media, name } = block;
  if (hasDocumentNotes(block)) losses.hint("media.file", DOCUMENT_NOTES);
  if (detail !== null && detail !== "auto") losses.hint(`media.${media}`, "gemini takes no detail of an image");
  if (name !== null) losses.hint(`media.${media}`, "gemini takes no names of files");
}

/** A file of an answer, as the caller of this API gets it. */
export function writeAnswerMedia(block: MediaBlock): Draft {
  const { source } = block;
  switch (source.kind) {
    case "base64":
      return inline(block, source.data);
    case "text":
      return { inlineData: { mimeType: block.mimeType ?? "text/plain", data: toBase64(source.text) } };
    case "url":
      return file(block, source.url);
    case "file_id":
      return file(block, source.id);
  }
}

/** Members of a part that only this API knows. */
export function extraFields(block: Pick<MediaBlock, "extra">): Body {
  return block.extra?.dialect === "gemini" && isRecord(block.extra.fields) ? block.extra.fields : {};
}

function inline(block: MediaBlock, data: string): Draft {
  return { inlineData: { mimeType: block.mimeType ?? DEFAULT_TYPES[block.media], data }, ...extraFields(block) };
}

function file(block: MediaBlock, fileUri: string): Draft {
  const mimeType = block.mimeType === null ? {} : { mimeType: block.mimeType };
  return { fileData: { ...mimeType, fileUri }, ...extraFields(block) };
}
