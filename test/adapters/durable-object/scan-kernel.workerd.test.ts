import { describe } from "vitest";
import { scanKernel } from "../../../src/adapters/durable-object/scan-kernel.ts";
import { scanKernelContract } from "../../core/cache/index/scan-kernel.contract.ts";

describe("the kernel of the objects, in workerd", () => {
  scanKernelContract(scanKernel);
});
