import { describe } from "vitest";
import { createMemoryHealthHub } from "../../../src/adapters/memory/health-hub.ts";
import { healthHubContract } from "../../ports/health-hub.contract.ts";

describe("memory health hub", () => {
  healthHubContract(() => createMemoryHealthHub());
});
