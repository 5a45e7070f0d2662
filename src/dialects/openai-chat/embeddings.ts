import { writeJson } from "../../core/json/exact-json.ts";
import { isRecord } from "../../core/json/is-record.ts";
import { numberOf, refuse } from "../canonical/check-fields.ts";
import type { EmbeddingsRequest } from "../canonical/embeddings.ts";
import { readOpenAiUsage } from "../canonical/openai-usage.ts";
import type { Backend, DecodedRequest, Loss, ReadEmbeddings, Surface } from "../dialect.ts";
import { failedAnswer } from "../canonical/failed-answer.ts";
import { parseOpenAiAnswer } from "../canonical/openai-answer-error.ts";
import { EMBEDDINGS_FIELDS } from "./chat-fields.ts";
import { PLAIN_EMBEDDINGS } from "./use-rules.ts";

const FLOAT_BYTES = 4;
/** Arguments one call of `String.fromCharCode` may have everywhere. */
const SPREAD_BYTES = 8_192;

type Input = EmbeddingsRequest["inputs"][number];

/** The caller's side. @see https://platform.openai.com/docs/api-reference/embeddings/create */
export const embeddingsSurface: NonNullable<Surface["embeddings"]> = {
  plain: PLAIN_EMBEDDINGS,
  readRequest: ({ body }) => ({
    inputs: readInputs(body["input"]),
    dimensions: numberOf(body["dimensions"]),
    encoding: body["encoding_format"] === "base64" ? "base64" : "float",
    task: null,
    user: typeof body["user"] === "string" ? body["user"] : null,
    extra: { dialect: "openai-chat", fields: readExtra(body) },
  }),
  writeAnswer: ({ model, usage, vectors }, context) => {
    const isBase64 = context.asked.body["encoding_format"] === "base64";
    const tokens = usage?.inputTokens ?? 0;
    return JSON.stringify({
      object: "list",
      data: vectors.map((vector, index) => ({ object: "embedding", index, embedding: isBase64 ? toBase64(vector) : vector })),
      model: model ?? context.model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    });
  },
};

function readExtra(body: DecodedRequest["body"]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => value !== null && !EMBEDDINGS_FIELDS.has(name)));
}

/** A text, texts, the tokens of one, or of several. */
function readInputs(input: unknown): readonly Input[] {
  if (typeof input === "string") return [input];
  const list: readonly unknown[] = Array.isArray(input) ? input : [];
  if (list.every((item) => typeof item === "string")) return list;
  if (list.every((item) => typeof item === "number")) return [list];
  return list.map((item, index) => {
    const isTokens = Array.isArray(item) && item.length > 0 && item.every((token) => typeof token === "number");
    if (!isTokens) refuse("invalid_value", "'input' must hold texts alone, or arrays of tokens alone.", `input[${index}]`);
    return item;
  });
}

/** 32-bit floats, little-endian. */
function toBase64(vector: readonly number[]): string {
  const bytes = new Uint8Array(vector.length * FLOAT_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of vector.entries()) view.setFloat32(index * FLOAT_BYTES, value, true);
  let binary = "";
  for (let start = 0; start < bytes.length; start += SPREAD_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(start, start + SPREAD_BYTES));
  }
  return btoa(binary);
}

/** The provider's side. */
export const embeddingsBackend: NonNullable<Backend["embeddings"]> = {
  writeRequest: (request, upstream) => {
    const { dimensions, encoding, extra, inputs, user } = request;
    const isOwn = extra.dialect === "openai-chat";
    const body = {
      model: upstream.model,
      input: inputs,
      ...(dimensions === null ? {} : { dimensions }),
      ...(encoding === "base64" ? { encoding_format: encoding } : {}),
      ...(user === null ? {} : { user }),
      ...(isOwn ? extra.fields : {}),
    };
    return { body: writeJson(body), losses: lossesOf(request, isOwn) };
  },
  readAnswer,
};

function lossesOf({ extra, task }: EmbeddingsRequest, isOwn: boolean): readonly Loss[] {
  const foreign = isOwn
    ? []
    : Object.keys(extra.fields).map((name) => hint(`extra.${name}`, `openai-chat does not know ${name}`));
  return task === null ? foreign : [hint("task", "openai-chat embeds for every task alike"), ...foreign];
}

function hint(feature: string, reason: string): Loss {
  return { feature, severity: "hint", reason, capability: null };
}

function readAnswer(text: string): ReadEmbeddings {
  const read = parseOpenAiAnswer(text, JSON.parse);
  if (read.kind === "failed") return read;
  const { body } = read;
  const vectors = readVectors(body["data"]);
  if (vectors === null) return failedAnswer("malformed", "The upstream's answer has no embeddings.");
  const model = typeof body["model"] === "string" ? body["model"] : null;
  return { kind: "read", answer: { model, vectors, usage: readOpenAiUsage(body["usage"]) } };
}

/** In the order of the inputs; null where one is no vector. */
function readVectors(data: unknown): readonly (readonly number[])[] | null {
  if (!Array.isArray(data) || data.length === 0) return null;
  const items = data.filter(isRecord).map((item, position) => ({ item, index: numberOf(item["index"]) ?? position }));
  const vectors = items.toSorted((left, right) => left.index - right.index).map(({ item }) => readVector(item["embedding"]));
  const whole = vectors.filter((vector) => vector !== null);
  return whole.length === data.length ? whole : null;
}

function readVector(value: unknown): readonly number[] | null {
  if (typeof value === "string") return fromBase64(value);
  const isVector = Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === "number");
  return isVector ? value : null;
}

function fromBase64(text: string): readonly number[] | null {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  if (binary.length === 0 || binary.length % FLOAT_BYTES !== 0) return null;
  const view = new DataView(Uint8Array.from(binary, (character) => character.charCodeAt(0)).buffer);
  return Array.from({ length: binary.length / FLOAT_BYTES }, (_, index) => view.getFloat32(index * FLOAT_BYTES, true));
}
