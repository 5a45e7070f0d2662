/** What embedders give at most, and the index takes. */
export const MOST_DIMENSIONS = 1_536;
/** Below it a vector is zero, whatever its embedder meant. */
const LEAST_PEAK = 1e-30;
const STEPS = 127;

/**
 * A vector's direction in eight bits a dimension, from -127 to 127; its length is not kept: `cosine` needs none. Null where it has
 * no direction or is not what was expected: another number of dimensions, NaN, infinite, zero.
 */
export function quantise(vector: ArrayLike<number>, dimensions: number): Int8Array<ArrayBuffer> | null {
  if (vector.length !== dimensions || dimensions < 1 || dimensions > MOST_DIMENSIONS) return null;
  const peak = peakOf(vector);
  if (peak === null) return null;
  const quantised = new Int8Array(dimensions);
  for (let at = 0; at < dimensions; at += 1) quantised[at] = Math.round(((vector[at] ?? 0) / peak) * STEPS);
  return quantised;
}

/** The greatest value, whatever its sign; null where a vector has none to be measured by. */
function peakOf(vector: ArrayLike<number>): number | null {
  let peak = 0;
  for (let at = 0; at < vector.length; at += 1) {
    const value = Math.abs(vector[at] ?? Number.NaN);
    // Also false of NaN.
    if (!(value < Number.POSITIVE_INFINITY)) return null;
    if (value > peak) peak = value;
  }
  return peak < LEAST_PEAK ? null : peak;
}

/** From -1 to 1, within some 0.005 of that of the vectors as they were. Of quantised vectors of the same dimensions. */
export function cosine(one: Int8Array, other: Int8Array): number {
  return similarityOf(innerProduct(one, other), inverseLength(one), inverseLength(other));
}

/** How near two vectors are, of what a scan knows of them. Every search uses it, so that equal vectors are equally near in all. */
export function similarityOf(product: number, inverseOne: number, inverseOther: number): number {
  return Math.max(-1, Math.min(1, product * inverseOne * inverseOther));
}

/** One over a vector's length, as a page keeps it: in single precision. */
export function inverseLength(vector: Int8Array): number {
  return Math.fround(1 / Math.sqrt(innerProduct(vector, vector)));
}

/** Exact: at most 127 × 127 × 1,536. */
export function innerProduct(one: Int8Array, other: Int8Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}
