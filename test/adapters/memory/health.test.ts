import { describe } from "vitest";
import { createMemoryHealth } from "../../../src/adapters/memory/health.ts";
import { IsolateHealth } from "../../../src/core/health/isolate-health.ts";
import { healthContract } from "../../ports/health.contract.ts";

describe("memory health", () => {
  healthContract(() => createMemoryHealth(new IsolateHealth("isolate", 1_800_000_000_000)));
});
