import { countTokens } from "./chat-request.ts";
import type { JsonRecord } from "./json.ts";
import { hashText } from "./seed.ts";

const DEFAULT_DIMENSIONS = 256;
const MAX_DIMENSIONS = 4_096;
const MAX_INPUTS = 2_048;
/** Coordinates each word adds to: enough for few collisions, few enough to stay cheap. */
const COORDINATES_PER_WORD = 8;

type EmbeddingBody = { readonly body: string } | { readonly invalid: { readonly message: string; readonly param: string } };

/**
 * An embeddings answer. A vector is a signed hash of the text's words, scaled to length 1: texts that share words are
 * near, which is all it knows of meaning. @see https://platform.openai.com/docs/api-reference/embeddings
 */
export function renderEmbeddings(request: JsonRecord): EmbeddingBody {
  const inputs = readInputs(request["input"]);
  if (inputs === null)
    return { invalid: { message: "'input' must be a text, an array of texts or tokens, and not empty.", param: "input" } };
  const dimensions = request["dimensions"] ?? DEFAULT_DIMENSIONS;
  if (typeof dimensions !== "number" || !Number.isInteger(dimensions) || dimensions < 1 || dimensions > MAX_DIMENSIONS) {
    return { invalid: { message: `'dimensions' must be an integer from 1 to ${MAX_DIMENSIONS}.`, param: "dimensions" } };
  }
  const encode = request["encoding_format"] === "base64" ? toBase64 : toNumbers;
  const data = inputs.map((text, index) => ({ object: "embedding", index, embedding: encode(embedText(text, dimensions)) }));
  const promptTokens = inputs.reduce((sum, text) => sum + countTokens(text), 0);
  const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens };
  return { body: JSON.stringify({ object: "list", data, model: request["model"], usage }) };
}

/** The inputs as texts; a token array becomes the text of its numbers. */
function readInputs(input: unknown): readonly string[] | null {
  if (typeof input === "string") return input === "" ? null : [input];
  if (!Array.isArray(input) || input.length === 0 || input.length > MAX_INPUTS) return null;
  if (input.every((item) => typeof item === "number")) return [input.join(" ")];
  const texts = input.map((item: unknown) => (Array.isArray(item) ? item.join(" ") : item));
  return texts.every((text): text is string => typeof text === "string" && text !== "") ? texts : null;
}

function embedText(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) addWord(vector, word);
  // Texts without words, or whose words cancel out, still get a direction of their own.
  if (vector.every((value) => value === 0)) vector[hashText(text) % dimensions] = 1;
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function addWord(vector: Float32Array, word: string): void {
  for (let round = 0; round < COORDINATES_PER_WORD; round++) {
    const hash = hashText(`${round}${word}`);
    const coordinate = (hash >>> 1) % vector.length;
    vector[coordinate] = (vector[coordinate] ?? 0) + (hash & 1 ? 1 : -1);
  }
}

function toNumbers(vector: Float32Array): readonly number[] {
  return Array.from(vector);
}

/** Little-endian float32, whatever the machine. */
function toBase64(vector: Float32Array): string {
  const bytes = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, index) => bytes.setFloat32(index * 4, value, true));
  return btoa(Array.from(new Uint8Array(bytes.buffer), (byte) => String.fromCharCode(byte)).join(""));
}
