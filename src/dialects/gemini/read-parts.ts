import { isRecord } from "../../core/json/is-record.ts";
import { writeJson } from "../../core/json/exact-json.ts";
import type { Block, Extra, MediaBlock, MediaSource, ReasoningBlock, Seal, TextBlock } from "../canonical/block.ts";
import { type Body, listOf, member, restOf, textOf } from "./member.ts";

/** What a part cannot say of itself. */
export interface PartContext {
  sealOf(signature: string): Seal;
  /** The id of a call, which the API may leave out. */
  callId(name: string, id: string | null): string;
  /** The call that a `functionResponse` answers. */
  answeredId(name: string, id: string | null): string;
}

/** The blocks of one part: none where it holds nothing, two where a text is signed. */
export function readPart(part: Body, context: PartContext): readonly Block[] {
  const signature = textOf(member(part, "thoughtSignature"));
  const seal = signature === null ? null : context.sealOf(signature);
  const call = member(part, "functionCall");
  if (isRecord(call)) return [readCall(call, seal, context)];
  const response = member(part, "functionResponse");
  if (isRecord(response)) return [readResult(response, context)];
  return typeof part["text"] === "string" ? readText(part, part["text"], seal) : readOther(part, seal);
}

function readText(part: Body, text: string, seal: Seal | null): readonly Block[] {
  if (part["thought"] === true) return [{ kind: "reasoning", text, isSummary: true, seal }];
  const block: Block = { kind: "text", text, ...extraOf(part, TEXT_KEYS) };
  if (seal === null) return [block];
  return text === "" ? [sealOnly(seal)] : [block, sealOnly(seal)];
}

/** A file, or what is Gemini's own: a thought that is a picture too, which nobody but its model has a use for. */
function readOther(part: Body, seal: Seal | null): readonly Block[] {
  const signed = seal === null ? [] : [sealOnly(seal)];
  const media = part["thought"] === true ? null : readMedia(part);
  if (media !== null) return [media, ...signed];
  const type = Object.keys(part).find((name) => !SIGNATURE.has(name));
  return type === undefined ? signed : [{ kind: "opaque", dialect: "gemini", type, raw: part }];
}

/** The signature of a text or a file: state that belongs to the block before it. */
export function sealOnly(seal: Seal): ReasoningBlock {
  return { kind: "reasoning", text: "", isSummary: true, seal };
}

/**
 * The parts of a model's turn as one answer. A stream is replayed part by part, down to the empty text that ends it: texts and
 * thoughts that adjoin are one, but for a part that is signed.
 */
export function joinParts(parts: readonly (readonly Block[])[]): readonly Block[] {
  const joined: Block[] = [];
  for (const blocks of parts) {
    const last = joined.at(-1);
    const [block, second] = blocks;
    if (block === undefined || isEmptyText(block)) continue;
    const one = last === undefined || second !== undefined ? null : joinTwo(last, block);
    if (one === null) joined.push(...blocks);
    else joined[joined.length - 1] = one;
  }
  return joined;
}

function isEmptyText(block: Block): boolean {
  return block.kind === "text" && block.text === "";
}

function joinTwo(first: Block, second: Block): Block | null {
  if (first.kind === "text" && second.kind === "text" && first.extra === undefined && second.extra === undefined)
    return { ...first, text: first.text + second.text };
  if (first.kind !== "reasoning" || second.kind !== "reasoning" || first.seal !== null || first.text === "") return null;
  return { ...first, text: first.text + second.text, seal: second.seal };
}

function readCall(call: Body, seal: Seal | null, context: PartContext): Block {
  const name = textOf(call["name"]) ?? "";
  const { args } = call;
  return {
    kind: "tool_call",
    id: context.callId(name, textOf(call["id"])),
    name,
    form: "function",
    arguments: isRecord(args) ? writeJson(args) : "{}",
    namespace: null,
    seal,
  };
}

function readResult(result: Body, context: PartContext): Block {
  const name = textOf(result["name"]) ?? "";
  const { response } = result;
  const { isError, text } = readResponse(isRecord(response) ? response : {});
  const content: (TextBlock | MediaBlock)[] = text === "" ? [] : [{ kind: "text", text }];
  for (const part of listOf(result["parts"])) {
    const media = isRecord(part) ? readMedia(part) : null;
    if (media !== null) content.push(media);
  }
  const callId = context.answeredId(name, textOf(result["id"]));
  return { kind: "tool_result", callId, name: name === "" ? null : name, isError, content };
}

const RESULT_KEYS: ReadonlySet<string> = new Set(["output", "result"]);

/**
 * What a function gave, as text: `output` or `result` where that is all there is, `error` as an error, else the whole object.
 * @see https://ai.google.dev/api/caching#FunctionResponse
 */
export function readResponse(response: Body): { readonly text: string; readonly isError: boolean } {
  const [key, second] = Object.keys(response);
  if (key === undefined) return { text: "", isError: false };
  const isAlone = second === undefined;
  if (isAlone && RESULT_KEYS.has(key)) return { text: valueText(response[key]), isError: false };
  if (isAlone && key === "error") return { text: valueText(response[key]), isError: true };
  const isError = "error" in response && !("output" in response) && !("result" in response);
  return { text: writeJson(response), isError };
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : writeJson(value ?? null);
}

const SIGNATURE: ReadonlySet<string> = new Set(["thoughtSignature", "thought_signature", "thought"]);
const TEXT_KEYS: ReadonlySet<string> = new Set(["text", "thought", "thoughtSignature"]);
const MEDIA_KEYS: ReadonlySet<string> = new Set(["inlineData", "fileData", "thought", "thoughtSignature"]);

function extraOf(part: Body, known: ReadonlySet<string>): { readonly extra?: Extra } {
  const fields = restOf(part, known);
  return fields === null ? {} : { extra: { dialect: "gemini", fields } };
}

/** `inlineData` or `fileData`; null for a part that is neither. */
function readMedia(part: Body): MediaBlock | null {
  const inline = member(part, "inlineData");
  const file = member(part, "fileData");
  const held = isRecord(inline) ? inline : file;
  if (!isRecord(held)) return null;
  const source = held === inline ? inlineSource(held) : fileSource(textOf(member(held, "fileUri")) ?? "");
  const mimeType = textOf(member(held, "mimeType"));
  const url = source.kind === "url" ? source.url : "";
  return {
    kind: "media",
    media: mediaOf(mimeType ?? "", url),
    mimeType,
    source,
    name: textOf(member(held, "displayName")),
    detail: null,
    ...extraOf(part, MEDIA_KEYS),
  };
}

function inlineSource(blob: Body): MediaSource {
  return { kind: "base64", data: textOf(blob["data"]) ?? "" };
}

/** Only Google reads its buckets and its Files API; anything else has an address that others can read as well. */
function fileSource(uri: string): MediaSource {
  const isHeld = !uri.startsWith("http") || uri.startsWith("https://generativelanguage.googleapis.com/");
  return isHeld ? { kind: "file_id", id: uri, family: "gemini" } : { kind: "url", url: uri };
}

function mediaOf(mimeType: string, url: string): MediaBlock["media"] {
  const [type] = mimeType.split("/");
  if (type === "image" || type === "audio" || type === "video") return type;
  return mimeType === "" && /\.(?:png|jpe?g|gif|webp)(?:$|[?#])/i.test(url) ? "image" : "file";
}
