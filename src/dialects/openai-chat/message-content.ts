import { isRecord } from "../../core/json/is-record.ts";
import type { Annotation, MediaBlock } from "../canonical/block.ts";
import { parseDataUrl } from "../canonical/data-url.ts";

/** What stands in `content`, whatever form it has. */
interface Content {
  readonly text: string;
  readonly thinking: string;
  readonly images: readonly MediaBlock[];
}

/**
 * `content` of a message or delta: a string, or an array of parts from servers that answer so; thoughts may be parts of it.
 * @see https://docs.mistral.ai/capabilities/reasoning
 */
export function readContent(content: unknown): Content {
  if (typeof content === "string") return { text: content, thinking: "", images: [] };
  let text = "";
  let thinking = "";
  const images: MediaBlock[] = [];
  for (const part of Array.isArray(content) ? content : []) {
    if (!isRecord(part)) continue;
    if (part["type"] === "thinking") thinking += readThinking(part["thinking"]);
    else if (part["type"] === "image_url") images.push(...readImages([part]));
    else if (typeof part["text"] === "string") text += part["text"];
  }
  return { text, thinking, images };
}

function readThinking(thinking: unknown): string {
  return typeof thinking === "string" ? thinking : readContent(thinking).text;
}

/** `images` of an answer, as some servers give them: parts of type `image_url`. */
export function readImages(images: unknown): readonly MediaBlock[] {
  if (!Array.isArray(images)) return [];
  return images.flatMap((image: unknown) => {
    const holder: unknown = isRecord(image) ? image["image_url"] : null;
    const url = isRecord(holder) ? holder["url"] : holder;
    return typeof url === "string" && url !== "" ? [toImage(url)] : [];
  });
}

function toImage(url: string): MediaBlock {
  const inline = parseDataUrl(url);
  const source = inline === null ? ({ kind: "url", url } as const) : ({ kind: "base64", data: inline.data } as const);
  return { kind: "media", media: "image", mimeType: inline?.mimeType ?? null, source, name: null, detail: null };
}

/** `audio` of an answer; null where there is no sound. Its format is the one asked for, which only the request says. */
export function readAudio(audio: unknown): MediaBlock | null {
  if (!isRecord(audio) || typeof audio["data"] !== "string" || audio["data"] === "") return null;
  const { transcript } = audio;
  return {
    kind: "media",
    media: "audio",
    mimeType: null,
    source: { kind: "base64", data: audio["data"] },
    name: null,
    detail: null,
    ...(typeof transcript === "string" ? { transcript } : {}),
  };
}

/** `annotations` of a message: the sources it cites. */
export function readAnnotations(annotations: unknown): readonly Annotation[] {
  if (!Array.isArray(annotations)) return [];
  return annotations.flatMap((annotation: unknown) => {
    const citation: unknown = isRecord(annotation) ? annotation["url_citation"] : null;
    if (!isRecord(citation) || typeof citation["url"] !== "string") return [];
    const { content, end_index: endIndex, start_index: startIndex, title, url } = citation;
    return [
      {
        url,
        title: typeof title === "string" ? title : null,
        startIndex: typeof startIndex === "number" ? startIndex : null,
        endIndex: typeof endIndex === "number" ? endIndex : null,
        citedText: typeof content === "string" ? content : null,
      },
    ];
  });
}

/** Thoughts a message or delta shows in a member of its own. Where both members are filled they say the same. */
export function readReasoning(
  message: Readonly<Record<string, unknown>>,
): { readonly member: string; readonly text: string } | null {
  for (const member of ["reasoning_content", "reasoning"]) {
    const text = message[member];
    if (typeof text === "string" && text !== "") return { member, text };
  }
  return null;
}
