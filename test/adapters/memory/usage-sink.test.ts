import { describe, expect, it } from "vitest";
import { createMemoryUsageSink } from "../../../src/adapters/memory/usage-sink.ts";
import { usageEvent } from "../../ports/usage-event.ts";
import { usageSinkContract } from "../../ports/usage-sink.contract.ts";

describe("memory usage sink", () => {
  usageSinkContract(() => createMemoryUsageSink());

  it("keeps the newest when it is full", async () => {
    const sink = createMemoryUsageSink({ capacity: 3 });
    for (const requestId of ["1", "2", "3", "4", "5"]) sink.record(usageEvent({ requestId }), () => {});
    expect((await sink.recent("default", 10)).map(({ requestId }) => requestId)).toEqual(["5", "4", "3"]);
  });
});
