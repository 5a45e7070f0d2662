import { ERROR_TABLE, type ErrorCode } from "../../core/errors.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { parseRecord } from "../../core/json/parse-record.ts";
import { flag, list, nullable, object, type Reader, tagged } from "../../core/json/read-json.ts";
import type { Usage } from "../../core/usage.ts";
import type { Annotation, Block, MediaBlock, ReasoningBlock, Seal, TextBlock } from "./block.ts";
import type { ChatAnswer, Finish } from "./chat-event.ts";

/** Blocks that every surface can be told, from bytes that stay. */
type KeptBlock = TextBlock | ReasoningBlock | MediaBlock;

/** What the cache keeps of an answer. */
export type KeptAnswer =
  /** A chat, in no dialect: replayed on any surface, as JSON and as a stream. Its id is not kept: every caller gets a new one. */
  | { readonly kind: "chat"; readonly answer: ChatAnswer }
  /** The surface's own JSON, where no other form is known: embeddings, counts of tokens. */
  | { readonly kind: "body"; readonly body: string }
  /** What upstream refuses each time it is asked, in words that the caller may see. */
  | { readonly kind: "refusal"; readonly code: ErrorCode; readonly message: string; readonly param: string | null };

export const MOST_RECORD_CHARACTERS = 1_048_576;
/** Records of another version are not read. */
const VERSION = 1;

/**
 * Whether an answer may be given to somebody else, or once more: it has ended by itself, its backend said so, and it holds
 * something, no call of a tool, no refusal, nothing that only its own dialect could show.
 */
export function mayKeep({ blocks, finish, usage }: ChatAnswer): boolean {
  const hasEnded = (finish.reason === "stop" || finish.reason === "stop_sequence") && finish.raw !== null;
  return hasEnded && usage !== null && blocks.every(isKept) && blocks.some(saysSomething);
}

function isKept(block: Block): block is KeptBlock {
  // Sound has an id by which its provider alone goes on with it.
  if (block.kind === "media") return block.media === "image" && block.source.kind === "base64";
  return block.kind === "text" || block.kind === "reasoning";
}

function saysSomething(block: Block): boolean {
  return block.kind === "media" || (block.kind === "text" && block.text.trim() !== "");
}

/** An answer's own words: two answers are compared by them. */
export function wordsOf({ blocks }: ChatAnswer): string {
  return blocks.map((block) => (block.kind === "text" ? block.text : "")).join("");
}

/** A record for `StoredAnswer.content`, whose usage stands beside it; null where it is too large. */
export function writeRecord(kept: KeptAnswer): string | null {
  const text = JSON.stringify({
    version: VERSION,
    ...(kept.kind === "chat" ? { kind: kept.kind, ...toChat(kept.answer) } : kept),
  });
  return text.length > MOST_RECORD_CHARACTERS ? null : text;
}

function toChat({ blocks, finish, model }: ChatAnswer): object {
  return { model, finish, blocks: blocks.map((block) => ({ ...block, cache: undefined, extra: undefined })) };
}

/** What `writeRecord` wrote; null for anything else, a damaged record and one of another version. */
export function readRecord(content: string, usage: Usage): KeptAnswer | null {
  const record = parseRecord(content);
  if (record === null || record["version"] !== VERSION) return null;
  if (record["kind"] === "body") return tagged("body", readBody(record)) ?? null;
  if (record["kind"] === "refusal") return tagged("refusal", readRefusal(record)) ?? null;
  const chat = record["kind"] === "chat" ? readChat(record) : undefined;
  return chat === undefined ? null : { kind: "chat", answer: { id: null, usage, ...chat } };
}

const anyText: Reader<string> = (value) => (typeof value === "string" ? value : undefined);
const anyNumber: Reader<number> = (value) => (typeof value === "number" ? value : undefined);
const textOrNull = nullable(anyText);

function oneOf<Word extends string>(...words: readonly Word[]): Reader<Word> {
  return (value) => words.find((word) => word === value);
}

const readSeal = object<Seal>({
  family: anyText,
  form: oneOf("signature", "encrypted", "redacted", "thought_signature", "details"),
  data: anyText,
  id: textOrNull,
});

const readAnnotations = list(
  object<Annotation>({
    url: anyText,
    title: textOrNull,
    startIndex: nullable(anyNumber),
    endIndex: nullable(anyNumber),
    citedText: textOrNull,
  }),
  Number.POSITIVE_INFINITY,
);

const readText = object<Pick<TextBlock, "kind" | "text">>({ kind: oneOf("text"), text: anyText });
const readReasoning = object<ReasoningBlock>({
  kind: oneOf("reasoning"),
  text: anyText,
  isSummary: flag,
  seal: nullable(readSeal),
});
const readImage = object<MediaBlock>({
  kind: oneOf("media"),
  media: oneOf("image"),
  mimeType: textOrNull,
  source: object<Extract<MediaBlock["source"], { readonly kind: "base64" }>>({ kind: oneOf("base64"), data: anyText }),
  name: textOrNull,
  detail: textOrNull,
});

const readBlock: Reader<KeptBlock> = (value) => {
  if (!isRecord(value)) return undefined;
  switch (value["kind"]) {
    case "text":
      return withAnnotations(readText(value), value["annotations"]);
    case "media":
      return readImage(value);
    default:
      return readReasoning(value);
  }
};

function withAnnotations(block: TextBlock | undefined, value: unknown): TextBlock | undefined {
  if (block === undefined || value === undefined) return block;
  const annotations = readAnnotations(value);
  return annotations === undefined ? undefined : { ...block, annotations };
}

const readBody = object({ body: anyText });
const readRefusal = object<Omit<Extract<KeptAnswer, { readonly kind: "refusal" }>, "kind">>({
  code: (value) => (typeof value === "string" && Object.hasOwn(ERROR_TABLE, value) ? (value as ErrorCode) : undefined), // a row of it
  message: anyText,
  param: textOrNull,
});

const readChat = object<Pick<ChatAnswer, "model" | "finish" | "blocks">>({
  model: textOrNull,
  finish: object<Finish>({ reason: oneOf("stop", "stop_sequence"), raw: textOrNull, stopSequence: textOrNull }),
  blocks: list<Block>(readBlock, Number.POSITIVE_INFINITY),
});
