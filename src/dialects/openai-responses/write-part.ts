import type { Capability } from "../../core/capability.ts";
import type { MediaBlock, RefusalBlock, TextBlock } from "../canonical/block.ts";
import { toBase64, toDataUrl } from "../canonical/data-url.ts";
import { DOCUMENT_NOTES, hasDocumentNotes } from "../canonical/loss-reasons.ts";
import { fieldsOf } from "./extra-fields.ts";
import type { LossList } from "./loss-list.ts";

type Part = Readonly<Record<string, unknown>>;

/** What decides how a part is written. */
export interface PartContext {
  /** Whose files it may name. */
  readonly family: string;
  /** Cache marks are understood. */
  readonly takesMarks: boolean;
  readonly losses: LossList;
}

/**
 * A part of the caller's input; null for what a Responses backend cannot be shown, which is then among the losses.
 * @see https://platform.openai.com/docs/api-reference/responses/create#responses-create-input
 */
export function inputPart(block: TextBlock | RefusalBlock | MediaBlock, context: PartContext): Part | null {
  if (block.kind !== "media")
    return { type: "input_text", text: block.text, ...marked(block, context), ...fieldsOf(block.extra) };
  const part = mediaPart(block, context);
  return part === null ? null : { ...part, ...marked(block, context), ...fieldsOf(block.extra) };
}

/** A part of what the model said. */
export function outputPart(block: TextBlock | RefusalBlock, { losses }: PartContext): Part {
  if (block.cache !== undefined) losses.hint("cache_marks", "openai-responses takes cache marks on input alone");
  if (block.kind === "refusal") return { type: "refusal", refusal: block.text };
  return { type: "output_text", text: block.text, ...fieldsOf(block.extra) };
}

function marked({ cache }: TextBlock | RefusalBlock | MediaBlock, { losses, takesMarks }: PartContext): Part {
  if (cache === undefined) return {};
  if (takesMarks) return { prompt_cache_breakpoint: { mode: "explicit" } };
  losses.hint("cache_marks", "the model is not known to take cache marks", "prompt_cache");
  return {};
}

function mediaPart(block: MediaBlock, context: PartContext): Part | null {
  switch (block.media) {
    case "image":
      return imagePart(block, context);
    case "file":
      if (hasDocumentNotes(block)) context.losses.hint("media.file", DOCUMENT_NOTES);
      return filePart(block, context);
    case "audio":
    case "video":
      return lost(block, context, `openai-responses takes no ${block.media}`);
  }
}

function imagePart(block: MediaBlock, context: PartContext): Part | null {
  const { detail, mimeType, source } = block;
  const rest = detail === null ? {} : { detail };
  switch (source.kind) {
    case "base64":
      return { type: "input_image", image_url: toDataUrl(mimeType ?? "image/png", source.data), ...rest };
    case "url":
      return { type: "input_image", image_url: source.url, ...rest };
    case "file_id":
      return source.family === context.family
        ? { type: "input_image", file_id: source.id, ...rest }
        : lost(block, context, "the file is held by another provider");
    case "text":
      return lost(block, context, "an image cannot be a text");
  }
}

function filePart(block: MediaBlock, context: PartContext): Part | null {
  const { mimeType, name, source } = block;
  const type = mimeType ?? "application/pdf";
  switch (source.kind) {
    case "base64":
      return { type: "input_file", filename: name ?? fileName(type), file_data: toDataUrl(type, source.data) };
    case "url":
      return { type: "input_file", file_url: source.url };
    case "file_id":
      return source.family === context.family
        ? { type: "input_file", file_id: source.id }
        : lost(block, context, "the file is held by another provider");
    case "text":
      return { type: "input_file", filename: name ?? "document.txt", file_data: toDataUrl("text/plain", toBase64(source.text)) };
  }
}

const CAPABILITY_OF: Readonly<Record<MediaBlock["media"], Capability>> = {
  image: "vision",
  file: "files",
  audio: "audio_input",
  video: "video",
};

function lost({ media }: MediaBlock, { losses }: PartContext, reason: string): null {
  losses.meaning(`media.${media}`, reason, CAPABILITY_OF[media]);
  return null;
}

/** The API refuses file data without a name. */
function fileName(mimeType: string): string {
  const extension = /\/([a-z0-9]{1,5})$/i.exec(mimeType)?.[1];
  return extension === undefined ? "file" : `file.${extension}`;
}
