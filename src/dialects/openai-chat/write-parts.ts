import type { Block, MediaBlock } from "../canonical/block.ts";
import { DOCUMENT_NOTES, hasDocumentNotes } from "../canonical/loss-reasons.ts";
import type { Writing } from "./writing.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A block of a system or user turn as a part; null where the dialect has none for it, which has been noted. */
export function writePart(block: Block, writing: Writing): Fields | null {
  const part = writeContent(block, writing);
  return part === null ? null : { ...part, ...writeMark(block, writing), ...writeOwn(block.extra) };
}

/** Unknown members of the caller's part go back only where they came from. */
function writeOwn(extra: Block["extra"]): Fields {
  return extra?.dialect === "openai-chat" ? extra.fields : {};
}

/** A prompt-cache mark. @see https://platform.openai.com/docs/guides/prompt-caching */
export function writeMark({ cache }: Pick<Block, "cache">, writing: Writing): Fields {
  if (cache === undefined) return {};
  if (writing.has("prompt_cache")) return { prompt_cache_breakpoint: { mode: "explicit" } };
  writing.loseHint("cache_marks", "the backend is not known to take cache marks", "prompt_cache");
  return {};
}

function writeContent(block: Block, writing: Writing): Fields | null {
  switch (block.kind) {
    case "text":
      return { type: "text", text: block.text };
    case "media":
      return writeMedia(block, writing);
    case "opaque":
      if (block.dialect === "openai-chat" && writing.isOwn) return block.raw as Fields; // the caller's own part, an object
      writing.loseMeaning(`opaque.${block.type}`, `openai-chat has no ${block.type}`);
      return null;
    case "refusal":
    case "reasoning":
    case "tool_call":
    case "tool_result":
      return null;
  }
}

function writeMedia(block: MediaBlock, writing: Writing): Fields | null {
  if (hasDocumentNotes(block)) writing.loseHint("media.file", DOCUMENT_NOTES);
  const part = block.source.kind === "file_id" ? writeFileId(block.source, writing) : writeBytes(block, writing);
  if (part === null) writing.loseMeaning(`media.${block.media}`, `openai-chat takes no ${block.media} in this form`);
  return part;
}

/** A file that a family holds is usable there alone. */
function writeFileId(source: Extract<MediaBlock["source"], { kind: "file_id" }>, writing: Writing): Fields | null {
  const isHeld = source.family === writing.upstream.family || (source.family === "openai" && writing.isOwn);
  return isHeld ? { type: "file", file: { file_id: source.id } } : null;
}

function writeBytes(block: MediaBlock, writing: Writing): Fields | null {
  switch (block.media) {
    case "image": {
      const url = urlOf(block, "image/png");
      return url === null
        ? null
        : { type: "image_url", image_url: { url, ...(block.detail === null ? {} : { detail: block.detail }) } };
    }
    case "audio":
      return block.source.kind === "base64"
        ? { type: "input_audio", input_audio: { data: block.source.data, format: soundFormat(block.mimeType) } }
        : null;
    case "video": {
      const url = writing.isOwn || writing.has("video") ? urlOf(block, "video/mp4") : null;
      return url === null ? null : { type: "video_url", video_url: { url } };
    }
    case "file":
      return writeFile(block);
  }
}

function urlOf({ mimeType, source }: MediaBlock, fallback: string): string | null {
  if (source.kind === "url") return source.url;
  return source.kind === "base64" ? `data:${mimeType ?? fallback};base64,${source.data}` : null;
}

const FORMAT_OF_TYPE: ReadonlyMap<string, string> = new Map([
  ["audio/mpeg", "mp3"],
  ["audio/x-wav", "wav"],
  ["audio/wave", "wav"],
  ["audio/pcm", "pcm16"],
]);

function soundFormat(mimeType: string | null): string {
  if (mimeType === null) return "wav";
  return FORMAT_OF_TYPE.get(mimeType) ?? mimeType.replace(/^audio\//, "").replace(/;[^]*/, "");
}

/** A document that is plain text is told as text. */
function writeFile({ mimeType, name, source }: MediaBlock): Fields | null {
  if (source.kind === "text") return { type: "text", text: source.text };
  if (source.kind !== "base64") return null;
  const type = mimeType ?? "application/pdf";
  const filename = name ?? (type === "application/pdf" ? "document.pdf" : "document");
  return { type: "file", file: { filename, file_data: `data:${type};base64,${source.data}` } };
}
