import { describe, expect, it } from "vitest";
import { createMemoryHealth } from "../../../src/adapters/memory/health.ts";
import { healthContract } from "../../ports/health.contract.ts";

describe("memory health", () => {
  healthContract(() => createMemoryHealth());

  it("forgets the target that was not reported for longest", () => {
    const health = createMemoryHealth({ maxTargets: 2 });
    for (const target of ["a", "b", "a", "c"]) health.report(target, { kind: "ok" }, 0);
    expect([...health.snapshot().keys()]).toEqual(["a", "c"]);
  });
});
