/** Vectors are padded with zeros to a multiple of it, which is what a processor multiplies at once. */
export const LANES = 16;
/** Bytes of vectors that a kernel is given at most. */
export const MOST_BYTES = 65_536;

/** What a search spends its time on. Products are exact integers: kernels differ in speed alone. */
export interface ScanKernel {
  /**
   * The inner product of `query` with each of the vectors, in their order. `query` is padded to a multiple of `LANES`; `vectors` are
   * as long, one behind the other, at most `MOST_BYTES` together. The answer may be longer than there are vectors, and is the kernel's own: valid until the next call.
   */
  multiply(query: Int8Array, vectors: Int8Array): Int32Array;
}

/** In JavaScript: some fifteen times slower than WebAssembly, and what that is compared with. */
export function createPlainKernel(): ScanKernel {
  const products = new Int32Array(MOST_BYTES / LANES);
  return {
    multiply: (query, vectors) => {
      const size = query.length;
      for (let start = 0, record = 0; start < vectors.length; start += size, record += 1) {
        let sum = 0;
        for (let at = 0; at < size; at += 1) sum += (query[at] ?? 0) * (vectors[start + at] ?? 0);
        products[record] = sum;
      }
      return products;
    },
  };
}
