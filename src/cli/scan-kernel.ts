import { readFileSync } from "node:fs";
import { openScanKernel } from "../adapters/wasm/scan-kernel.ts";
import type { ScanKernel } from "../core/cache/index/scan-kernel.ts";

/** The kernel that the Worker has, in this process. */
export function loadScanKernel(): ScanKernel {
  const bytes = readFileSync(new URL("../adapters/wasm/scan.wasm", import.meta.url));
  return openScanKernel(new WebAssembly.Module(bytes));
}
