import { describe } from "vitest";
import { createMemoryKeyRing } from "../../../src/adapters/memory/key-ring.ts";
import { keyRingContract } from "../../ports/key-ring.contract.ts";

describe("memory key ring", () => {
  keyRingContract(createMemoryKeyRing);
});
