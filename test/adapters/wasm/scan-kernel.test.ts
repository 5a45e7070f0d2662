import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import loadWabt from "wabt";
import { openScanKernel } from "../../../src/adapters/wasm/scan-kernel.ts";
import { loadScanKernel } from "../../../src/cli/scan-kernel.ts";
import { createPlainKernel } from "../../../src/core/cache/index/scan-kernel.ts";
import { scanKernelContract } from "../../core/cache/index/scan-kernel.contract.ts";

const SOURCE = new URL("../../../src/adapters/wasm/scan.wat", import.meta.url);
const MODULE = new URL("../../../src/adapters/wasm/scan.wasm", import.meta.url);
/** A module without our kernel. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

describe("scan.wasm", () => {
  it("is what scan.wat says", async () => {
    const wabt = await loadWabt();
    const { buffer } = wabt.parseWat("scan.wat", readFileSync(SOURCE, "utf8"), { simd: true }).toBinary({});
    if (process.env["FAIRLEAD_ASSEMBLE"] === "1") writeFileSync(MODULE, buffer);
    expect(readFileSync(MODULE).equals(buffer)).toBe(true);
  });

  scanKernelContract(loadScanKernel);
});

describe("the kernel in JavaScript", () => {
  scanKernelContract(createPlainKernel);

  it("stands in for one that the platform cannot run", () => {
    const kernel = openScanKernel(new WebAssembly.Module(EMPTY));
    expect(
      kernel.multiply(
        Int8Array.from({ length: 16 }, () => 2),
        new Int8Array(16).fill(3),
      )[0],
    ).toBe(96);
  });
});
