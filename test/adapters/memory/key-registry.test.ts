import { describe } from "vitest";
import { createMemoryHealthHub } from "../../../src/adapters/memory/health-hub.ts";
import { createMemoryKeyRegistry } from "../../../src/adapters/memory/key-registry.ts";
import { NOTHING_ANNOUNCED } from "../../../src/core/registry/key-news.ts";
import { keyRegistryContract } from "../../ports/key-registry.contract.ts";

describe("memory key registry", () => {
  keyRegistryContract(() => {
    let told = NOTHING_ANNOUNCED;
    const registry = createMemoryKeyRegistry(Date.now, (announcement) => {
      told = announcement;
    });
    return { registry, hub: createMemoryHealthHub({ keys: () => told }) };
  });
});
