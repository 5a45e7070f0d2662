import type { Capability } from "../../core/capability.ts";
import type { MediaBlock } from "../canonical/block.ts";
import { toBase64 } from "../canonical/data-url.ts";
import type { WireBlock, Writing } from "./writing.ts";

type Kind = MediaBlock["media"];

/** MIME type → format of the block it becomes. */
const FORMATS: Readonly<Record<Kind, ReadonlyMap<string, string>>> = {
  image: new Map([
    ["image/png", "png"],
    ["image/jpeg", "jpeg"],
    ["image/jpg", "jpeg"],
    ["image/gif", "gif"],
    ["image/webp", "webp"],
  ]),
  audio: new Map([
    ["audio/wav", "wav"],
    ["audio/x-wav", "wav"],
    ["audio/mpeg", "mp3"],
    ["audio/mp3", "mp3"],
    ["audio/mp4", "m4a"],
    ["audio/aac", "aac"],
    ["audio/flac", "flac"],
    ["audio/ogg", "ogg"],
    ["audio/opus", "opus"],
    ["audio/webm", "webm"],
    ["audio/pcm", "pcm"],
  ]),
  video: new Map([
    ["video/mp4", "mp4"],
    ["video/quicktime", "mov"],
    ["video/x-matroska", "mkv"],
    ["video/webm", "webm"],
    ["video/x-flv", "flv"],
    ["video/mpeg", "mpeg"],
    ["video/x-ms-wmv", "wmv"],
    ["video/3gpp", "three_gp"],
  ]),
  file: new Map([
    ["application/pdf", "pdf"],
    ["text/csv", "csv"],
    ["application/msword", "doc"],
    ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"],
    ["application/vnd.ms-excel", "xls"],
    ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"],
    ["text/html", "html"],
    ["text/plain", "txt"],
    ["text/markdown", "md"],
  ]),
};
const DOCUMENT_FORMATS: ReadonlySet<string> = new Set(FORMATS.file.values());
const CAPABILITIES: Readonly<Record<Kind, Capability>> = {
  image: "vision",
  audio: "audio_input",
  video: "video",
  file: "files",
};

/**
 * A medium as a block; null, with a loss, where the model cannot be given it. Of addresses only those of S3 are taken.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
export function writeMedia(block: MediaBlock, writing: Writing): WireBlock | null {
  const kind = kindOf(block);
  const feature = `media.${kind}`;
  const { losses, upstream } = writing;
  if (upstream.capabilities?.has(CAPABILITIES[kind]) === false) {
    losses.meaning(feature, `${upstream.model} takes no ${kind} input`, CAPABILITIES[kind]);
    return null;
  }
  const format = formatOf(block, kind);
  if (format === null) {
    losses.meaning(feature, `bedrock-converse takes no ${kind} of this type`);
    return null;
  }
  const source = writeSource(block);
  if (source === null) {
    losses.meaning(feature, `bedrock-converse takes media as bytes, not by address or file id`);
    return null;
  }
  if (block.detail === "low" || block.detail === "high") losses.hint(feature, "bedrock-converse has no image detail");
  if (kind === "file") return { document: { format, name: writing.documentName(block.name), source } };
  return { [kind]: { format, source } };
}

/** A file that is an image, a sound or a film is told as that. */
function kindOf({ media, mimeType }: MediaBlock): Kind {
  if (media !== "file" || mimeType === null) return media;
  const [type] = mimeType.split("/");
  return type === "image" || type === "audio" || type === "video" ? type : "file";
}

function formatOf({ mimeType, name, source }: MediaBlock, kind: Kind): string | null {
  const found = FORMATS[kind].get((mimeType ?? "").split(";")[0]?.trim().toLowerCase() ?? "");
  if (found !== undefined) return found;
  if (kind !== "file") return null;
  if (source.kind === "text") return "txt";
  const extension = /\.([A-Za-z]{2,4})$/.exec(name ?? "")?.[1]?.toLowerCase() ?? "";
  return DOCUMENT_FORMATS.has(extension) ? extension : null;
}

function writeSource({ source }: MediaBlock): WireBlock | null {
  switch (source.kind) {
    case "base64":
      return { bytes: source.data };
    case "text":
      return { bytes: toBase64(source.text) };
    case "url":
      return source.url.startsWith("s3://") ? { s3Location: { uri: source.url } } : null;
    case "file_id":
      return null;
  }
}
