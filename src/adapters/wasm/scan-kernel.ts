import { MOST_DIMENSIONS } from "../../core/cache/index/quantise.ts";
import { createPlainKernel, MOST_BYTES, type ScanKernel } from "../../core/cache/index/scan-kernel.ts";

/** Where scan.wat's memory holds what; 16-bit queries. */
const QUERY_AT = MOST_BYTES;
const PRODUCTS_AT = QUERY_AT + MOST_DIMENSIONS * 2;

interface ScanExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly multiply: (...at: readonly [query: number, vectors: number, products: number, count: number, size: number]) => void;
}

/** The kernel of scan.wasm; the one in JavaScript where the platform cannot run it. */
export function openScanKernel(module: WebAssembly.Module): ScanKernel {
  try {
    return createScanKernel(new WebAssembly.Instance(module).exports as unknown as ScanExports); // scan.wat's own
  } catch {
    return createPlainKernel();
  }
}

/**
 * Vectors are copied into the instance's memory, which never grows: pages stay where the runtime counts and collects them, whatever
 * becomes of the object that holds them.
 */
function createScanKernel({ memory, multiply }: ScanExports): ScanKernel {
  const held = new Int8Array(memory.buffer, 0, MOST_BYTES);
  const wide = new Int16Array(memory.buffer, QUERY_AT, MOST_DIMENSIONS);
  const products = new Int32Array(memory.buffer, PRODUCTS_AT);
  return {
    multiply: (query, vectors) => {
      const count = vectors.length / query.length;
      if (count === 0) return products;
      wide.set(query);
      held.set(vectors);
      multiply(QUERY_AT, 0, PRODUCTS_AT, count, query.length);
      return products;
    },
  };
}
