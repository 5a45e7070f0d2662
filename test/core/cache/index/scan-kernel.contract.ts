import { expect, it } from "vitest";
import { LANES, MOST_BYTES, type ScanKernel } from "../../../../src/core/cache/index/scan-kernel.ts";

/** Sizes of padded vectors: the least, those of usual embedders, the greatest, and odd multiples. */
const SIZES = [1, 3, 24, 32, 48, 64, 96].map((times) => times * LANES);
/** The greatest sums, and those that 16 bits would not hold. */
const EXTREMES = [
  { query: -128, vectors: -128 },
  { query: 127, vectors: -128 },
  { query: 127, vectors: 127 },
];

/** What every kernel keeps, wherever it runs. */
export function scanKernelContract(create: () => ScanKernel): void {
  it.each(SIZES)("multiplies vectors of %d dimensions exactly, up to a full page of them", (size) => {
    const kernel = create();
    for (const count of [0, 1, 2, 7, Math.floor(MOST_BYTES / size)]) {
      const [query, vectors] = [drawBytes(size, count + 1), drawBytes(size * count, size + count)];
      expect(productsOf(kernel, query, vectors)).toEqual(multiplyPlainly(query, vectors));
    }
  });

  it.each(EXTREMES)("multiplies the greatest values exactly: $query by $vectors", ({ query, vectors }) => {
    const size = 1_536;
    const sum = query * vectors * size;
    expect(productsOf(create(), new Int8Array(size).fill(query), new Int8Array(size * 3).fill(vectors))).toEqual([sum, sum, sum]);
  });

  it("remembers nothing of the call before", () => {
    const kernel = create();
    kernel.multiply(drawBytes(768, 1), drawBytes(768 * 80, 2));
    const [query, vectors] = [drawBytes(384, 3), drawBytes(384 * 2, 4)];
    expect(productsOf(kernel, query, vectors)).toEqual(multiplyPlainly(query, vectors));
  });
}

function productsOf(kernel: ScanKernel, query: Int8Array, vectors: Int8Array): readonly number[] {
  return [...kernel.multiply(query, vectors).subarray(0, vectors.length / query.length)];
}

function multiplyPlainly(query: Int8Array, vectors: Int8Array): readonly number[] {
  return Array.from({ length: vectors.length / query.length }, (_, place) =>
    query.reduce((sum, value, at) => sum + value * (vectors[place * query.length + at] ?? Number.NaN), 0),
  );
}

/** Bytes of every value, the same for the same seed. */
function drawBytes(length: number, seed: number): Int8Array {
  let state = seed;
  return Int8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >> 24;
  });
}
