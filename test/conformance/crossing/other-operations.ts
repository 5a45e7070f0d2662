import { at, listAt } from "../judges/judged.ts";

/** What a provider counts, whatever it is asked. */
export const COUNTED_TOKENS = 4_242;

/** What embeddings cost at a provider that says so. */
export const EMBEDDED_TOKENS = 17;

/** The answer to a count of tokens or to embeddings; null for any other operation. */
export function answerOther(path: string, body: unknown): unknown {
  if (path.includes("/count_tokens")) return { input_tokens: COUNTED_TOKENS };
  if (path.includes(":countTokens")) return { totalTokens: COUNTED_TOKENS };
  if (path.includes("/count-tokens")) return { inputTokens: COUNTED_TOKENS };
  if (path.endsWith("/embeddings")) return openAiEmbeddings(body);
  if (path.includes(":batchEmbedContents")) {
    const texts = listAt(body, "requests").map((request) => at(request, "content", "parts", 0, "text"));
    return { embeddings: texts.map((text) => ({ values: vectorOf(text) })) };
  }
  return null;
}

function openAiEmbeddings(body: unknown): unknown {
  const input = at(body, "input");
  const texts: readonly unknown[] = Array.isArray(input) ? input : [input];
  const isBase64 = at(body, "encoding_format") === "base64";
  const data = texts.map((text, index) => {
    const vector = vectorOf(text);
    return { object: "embedding", index, embedding: isBase64 ? toBase64(vector) : vector };
  });
  // Out of order: each says which one it is.
  const usage = { prompt_tokens: EMBEDDED_TOKENS, total_tokens: EMBEDDED_TOKENS };
  return { object: "list", data: data.toReversed(), model: "up-embeddings", usage };
}

/** A vector of 32-bit floats that tells texts apart. */
export function vectorOf(text: unknown): readonly number[] {
  return [String(text).length, 0.5, -0.25, 1e-3].map(Math.fround);
}

/** Little-endian 32-bit floats. */
export function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString("base64");
}
