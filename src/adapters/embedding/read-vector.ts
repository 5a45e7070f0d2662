import { EmbeddingFailed } from "./embedding-failed.ts";

/**
 * A vector out of an answer: numbers, or 32-bit floats in base64, little-endian, each of which is looked at. @throws EmbeddingFailed for
 * anything else than so many finite numbers, one of them not zero
 */
export function readVector(value: unknown, dimensions: number): Float32Array {
  const numbers = typeof value === "string" ? decodeFloats(value) : value;
  if (!Array.isArray(numbers) && !(numbers instanceof Float32Array))
    throw new EmbeddingFailed("its answer holds something else than vectors");
  if (numbers.length !== dimensions)
    throw new EmbeddingFailed(`its vectors have ${numbers.length} dimensions, and ${dimensions} are expected`);
  const vector = new Float32Array(dimensions);
  let isZero = true;
  for (let at = 0; at < dimensions; at += 1) {
    const number: unknown = numbers[at];
    // Also of what does not fit into 32 bits.
    vector[at] = typeof number === "number" ? number : Number.NaN;
    if (!Number.isFinite(vector[at])) throw new EmbeddingFailed("its vectors hold what is no finite number");
    if (vector[at] !== 0) isZero = false;
  }
  if (isZero) throw new EmbeddingFailed("it gave a vector of zeros");
  return vector;
}

function decodeFloats(base64: string): Float32Array | null {
  const text = decodeBase64(base64);
  if (text === null || text.length % 4 !== 0) return null;
  const bytes = new DataView(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer);
  return Float32Array.from({ length: text.length / 4 }, (_, at) => bytes.getFloat32(at * 4, true));
}

function decodeBase64(base64: string): string | null {
  try {
    return atob(base64);
  } catch {
    return null;
  }
}
