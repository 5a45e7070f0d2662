import { isRecord } from "../../core/json/is-record.ts";
import { refuse } from "../canonical/check-fields.ts";
import type { Block, CacheMark, MediaBlock } from "../canonical/block.ts";
import { readDataUrl } from "../canonical/data-url.ts";
import { readContent } from "./message-content.ts";

type Part = Readonly<Record<string, unknown>>;

/** Members of a part that are read; the others stay with it. */
const KNOWN_MEMBERS: ReadonlySet<string> = new Set([
  "type",
  "text",
  "image_url",
  "input_audio",
  "video_url",
  "file",
  "refusal",
  "thinking",
  "cache_control",
  "prompt_cache_breakpoint",
]);

/** `content` of a message. `place` names it: `messages[2].content`. @throws FairleadError 400 naming the part at fault */
export function readParts(content: unknown, place: string): readonly Block[] {
  if (typeof content === "string") return content === "" ? [] : [{ kind: "text", text: content }];
  if (!Array.isArray(content)) return [];
  return content.map((part: unknown, index) => {
    const at = `${place}[${index}]`;
    if (!isRecord(part)) return refuse("invalid_value", `'${at}' must be an object.`, at);
    return { ...readPart(part, at), ...commonOf(part) };
  });
}

/** What any block may carry beside its content. */
function commonOf(part: Part): Pick<Block, "cache" | "extra"> {
  const cache = readCacheMark(part);
  const fields = Object.fromEntries(Object.entries(part).filter(([name]) => !KNOWN_MEMBERS.has(name)));
  return {
    ...(cache === undefined ? {} : { cache }),
    ...(Object.keys(fields).length > 0 ? { extra: { dialect: "openai-chat", fields } } : {}),
  };
}

/** A prompt-cache mark, in OpenAI's words or in Anthropic's. */
export function readCacheMark(holder: Part): CacheMark | undefined {
  const { cache_control: control, prompt_cache_breakpoint: breakpoint } = holder;
  if (isRecord(control)) return { ttl: typeof control["ttl"] === "string" ? control["ttl"] : null };
  return isRecord(breakpoint) ? { ttl: null } : undefined;
}

function readPart(part: Part, at: string): Block {
  switch (part["type"]) {
    case "text":
      return { kind: "text", text: textOf(part["text"], `${at}.text`) };
    case "refusal":
      return { kind: "refusal", text: textOf(part["refusal"], `${at}.refusal`) };
    case "thinking":
      return { kind: "reasoning", text: readContent([part]).thinking, isSummary: false, seal: null };
    case "image_url":
      return readUrl("image", part["image_url"], `${at}.image_url`);
    case "video_url":
      return readUrl("video", part["video_url"], `${at}.video_url`);
    case "input_audio":
      return readSound(part["input_audio"], `${at}.input_audio`);
    case "file":
      return readFile(part["file"], `${at}.file`);
    default:
      return readForeign(part, at);
  }
}

function readForeign(part: Part, at: string): Block {
  const type = textOf(part["type"], `${at}.type`);
  return { kind: "opaque", dialect: "openai-chat", type, raw: part };
}

function textOf(value: unknown, at: string): string {
  if (typeof value !== "string") refuse("invalid_value", `'${at}' must be a string.`, at);
  return value;
}

function objectOf(value: unknown, at: string): Part {
  if (!isRecord(value)) refuse("invalid_value", `'${at}' must be an object.`, at);
  return value;
}

function mediaOf(media: MediaBlock["media"], mimeType: string | null, source: MediaBlock["source"]): MediaBlock {
  return { kind: "media", media, mimeType, source, name: null, detail: null };
}

function readUrl(media: "image" | "video", value: unknown, at: string): MediaBlock {
  const holder = typeof value === "string" ? { url: value } : objectOf(value, at);
  const url = textOf(holder["url"], `${at}.url`);
  const inline = readDataUrl(url, `${at}.url`);
  const block =
    inline === null
      ? mediaOf(media, null, { kind: "url", url })
      : mediaOf(media, inline.mimeType, { kind: "base64", data: inline.data });
  const detail = "detail" in holder && typeof holder["detail"] === "string" ? holder["detail"] : null;
  return { ...block, detail };
}

const TYPE_OF_SOUND: ReadonlyMap<string, string> = new Map([
  ["mp3", "audio/mpeg"],
  ["pcm16", "audio/pcm"],
]);

function readSound(value: unknown, at: string): MediaBlock {
  const sound = objectOf(value, at);
  const format = textOf(sound["format"], `${at}.format`);
  const data = textOf(sound["data"], `${at}.data`);
  return mediaOf("audio", TYPE_OF_SOUND.get(format) ?? `audio/${format}`, { kind: "base64", data });
}

/** `file_data` is a `data:` URL; plain base64 is taken for a PDF, the one type the API began with. */
function readFile(value: unknown, at: string): MediaBlock {
  const { file_data: data, file_id: id, filename } = objectOf(value, at);
  const name = typeof filename === "string" ? filename : null;
  if (typeof id === "string") return { ...mediaOf("file", null, { kind: "file_id", id, family: "openai" }), name };
  const text = textOf(data, `${at}.file_data`);
  const inline = readDataUrl(text, `${at}.file_data`) ?? { mimeType: "application/pdf", data: text };
  return { ...mediaOf("file", inline.mimeType, { kind: "base64", data: inline.data }), name };
}
