import type { ScanKernel } from "../../core/cache/index/scan-kernel.ts";
import module from "../wasm/scan.wasm";
import { openScanKernel } from "../wasm/scan-kernel.ts";

let kernel: ScanKernel | null = null;

/** The one kernel of this isolate's objects, made when the first of them searches. */
export function scanKernel(): ScanKernel {
  return (kernel ??= openScanKernel(module));
}
