import { isRecord } from "../../core/json/is-record.ts";
import { refuse } from "../canonical/check-fields.ts";
import type { CacheMark, Extra, MediaBlock, MediaSource, RefusalBlock, TextBlock } from "../canonical/block.ts";
import { readDataUrl } from "../canonical/data-url.ts";
import { OPENAI_FAMILY } from "./dialect-name.ts";
import { extraOf } from "./extra-fields.ts";
import { readAnnotations } from "./read-annotations.ts";

type Part = Readonly<Record<string, unknown>>;
type PartBlock = TextBlock | RefusalBlock | MediaBlock;

/**
 * A message's content: one text or a list of parts. `at` is where it stands, for the error.
 * @throws FairleadError `invalid_value`, `missing_field`
 * @see https://platform.openai.com/docs/api-reference/responses/create#responses-create-input
 */
export function readContent(content: unknown, at: string): readonly PartBlock[] {
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  if (!Array.isArray(content)) refuse("invalid_value", `'${at}' must be a string or an array of parts.`, at);
  return content.map((part: unknown, index) => readPart(part, `${at}[${index}]`));
}

/** What a tool gave back: one text or a list of parts, which hold no refusal. @throws FairleadError `invalid_value`, `missing_field` */
export function readToolOutput(output: unknown, at: string): readonly (TextBlock | MediaBlock)[] {
  return readContent(output, at).map((block) => {
    if (block.kind === "refusal") refuse("invalid_value", `'${at}' must not hold a refusal.`, at);
    return block;
  });
}

function readPart(part: unknown, at: string): PartBlock {
  if (!isRecord(part)) refuse("invalid_value", `'${at}' must be an object.`, at);
  switch (part["type"]) {
    case "input_text":
    case "text":
    case "summary_text":
      return { kind: "text", text: textOf(part, "text", at), ...common(part, TEXT_FIELDS) };
    case "output_text":
      return readOutputText(part, at);
    case "refusal":
      return { kind: "refusal", text: typeof part["refusal"] === "string" ? part["refusal"] : textOf(part, "text", at) };
    case "input_image":
      return readImage(part, at);
    case "input_file":
      return readFile(part, at);
    case "input_audio":
      return readAudio(part, at);
    case "input_video":
      return {
        ...NO_MEDIA,
        media: "video",
        ...locate(textOf(part, "video_url", at), `${at}.video_url`),
        ...common(part, VIDEO_FIELDS),
      };
    default:
      refuse("invalid_value", `'${at}.type' is not a type of content that can be passed to another API.`, `${at}.type`);
  }
}

const NO_MEDIA = { kind: "media", mimeType: null, name: null, detail: null } as const;

const COMMON = ["type", "prompt_cache_breakpoint"] as const;
const TEXT_FIELDS = new Set([...COMMON, "text"]);
export const OUTPUT_FIELDS = new Set([...COMMON, "text", "annotations", "logprobs"]);
export const IMAGE_FIELDS = new Set([...COMMON, "image_url", "file_id", "detail"]);
export const FILE_FIELDS = new Set([...COMMON, "file_data", "file_url", "file_id", "filename"]);
export const AUDIO_FIELDS = new Set([...COMMON, "input_audio"]);
export const VIDEO_FIELDS = new Set([...COMMON, "video_url"]);

function readOutputText(part: Part, at: string): TextBlock {
  const raw: unknown = part["annotations"];
  const annotations = readAnnotations(raw);
  const isKnown = !Array.isArray(raw) || raw.length === annotations.length;
  return {
    kind: "text",
    text: textOf(part, "text", at),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...common(part, OUTPUT_FIELDS, isKnown ? {} : { annotations: raw }),
  };
}

function readImage(part: Part, at: string): MediaBlock {
  const { detail, file_id: fileId, image_url: url } = part;
  const isHeld = typeof fileId === "string" && fileId !== "";
  const where = isHeld ? held(fileId) : locate(textOf({ image_url: url }, "image_url", at), `${at}.image_url`);
  return {
    ...NO_MEDIA,
    media: "image",
    detail: typeof detail === "string" ? detail : null,
    ...where,
    ...common(part, IMAGE_FIELDS),
  };
}

function readFile(part: Part, at: string): MediaBlock {
  const { file_data: data, file_id: fileId, file_url: url, filename } = part;
  const name = typeof filename === "string" ? filename : null;
  const rest = { name, ...common(part, FILE_FIELDS) };
  if (typeof fileId === "string" && fileId !== "") return { ...NO_MEDIA, media: "file", ...held(fileId), ...rest };
  if (typeof url === "string" && url !== "") return { ...NO_MEDIA, media: "file", ...locate(url, `${at}.file_url`), ...rest };
  if (typeof data !== "string") refuse("missing_field", `'${at}' needs 'file_data', 'file_url' or 'file_id'.`, `${at}.file_data`);
  const parsed = readDataUrl(data, `${at}.file_data`);
  const source: MediaSource = { kind: "base64", data: parsed?.data ?? data };
  return { ...NO_MEDIA, media: "file", source, mimeType: parsed?.mimeType ?? null, ...rest };
}

function readAudio(part: Part, at: string): MediaBlock {
  const audio = part["input_audio"];
  if (!isRecord(audio)) refuse("missing_field", `'${at}.input_audio' is required.`, `${at}.input_audio`);
  const source: MediaSource = { kind: "base64", data: textOf(audio, "data", `${at}.input_audio`) };
  const mimeType = typeof audio["format"] === "string" ? `audio/${audio["format"]}` : null;
  return { ...NO_MEDIA, media: "audio", source, mimeType, ...common(part, AUDIO_FIELDS) };
}

function held(id: string): Pick<MediaBlock, "source"> {
  return { source: { kind: "file_id", id, family: OPENAI_FAMILY } };
}

/** Bytes out of a `data:` URL, else the URL. */
function locate(url: string, at: string): Pick<MediaBlock, "source" | "mimeType"> {
  const parsed = readDataUrl(url, at);
  if (parsed === null) return { source: { kind: "url", url }, mimeType: null };
  return { source: { kind: "base64", data: parsed.data }, mimeType: parsed.mimeType };
}

/** The cache mark of a part and its fields that no table names. */
function common(part: Part, known: ReadonlySet<string>, kept: Part = {}): { readonly cache?: CacheMark; readonly extra?: Extra } {
  const isMarked = isRecord(part["prompt_cache_breakpoint"]);
  return { ...(isMarked ? { cache: { ttl: null } } : {}), ...extraOf(part, known, kept) };
}

/** A member that must be a text. @throws FairleadError `missing_field`, `invalid_value` */
export function textOf(value: Part, name: string, at: string): string {
  const text = value[name];
  if (text === undefined || text === null) refuse("missing_field", `'${at}.${name}' is required.`, `${at}.${name}`);
  if (typeof text !== "string") refuse("invalid_value", `'${at}.${name}' must be a string.`, `${at}.${name}`);
  return text;
}
