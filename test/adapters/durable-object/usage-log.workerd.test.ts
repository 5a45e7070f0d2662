import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createObjectNamespace } from "../../../src/adapters/durable-object/objects.ts";
import { createDurableUsageSink } from "../../../src/adapters/durable-object/usage-sink.ts";
import type { UsageEvent } from "../../../src/ports/usage-sink.ts";
import { usageEvent } from "../../ports/usage-event.ts";
import { usageSinkContract } from "../../ports/usage-sink.contract.ts";

const objects = createObjectNamespace(env.USAGE_LOG);

describe("durable usage sink", () => {
  usageSinkContract(() => createDurableUsageSink(objects, { flushIntervalMs: 5 }));

  it("shows one isolate what another has sent", async () => {
    const deferred: Promise<unknown>[] = [];
    const tenant = crypto.randomUUID();
    createDurableUsageSink(objects, { flushIntervalMs: 5 }).record(usageEvent({ tenant }), (work) => deferred.push(work));
    await Promise.all(deferred);
    expect(await createDurableUsageSink(objects).recent(tenant, 10)).toEqual([usageEvent({ tenant })]);
  });
});

describe("usage log object", () => {
  it("keeps a batch that is sent twice once", async () => {
    const name = crypto.randomUUID();
    const batch = crypto.randomUUID();
    await record(name, [usageEvent({ requestId: "a" }), usageEvent({ requestId: "b" })], batch);
    await record(name, [usageEvent({ requestId: "a" }), usageEvent({ requestId: "b" })], batch);
    await record(name, [usageEvent({ requestId: "c" })]);
    expect(await recentIds(name)).toEqual(["c", "b", "a"]);
  });

  it("keeps the newest 10,000, by whole batches", async () => {
    const name = crypto.randomUUID();
    for (let start = 0; start < 12_000; start += 1_000) await record(name, eventsFrom(start));
    const ids = await recentIds(name, "?limit=20000");
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([10_000, "11999", "2000"]);
    const rows = await runInDurableObject(env.USAGE_LOG.getByName(name), (_, state) =>
      state.storage.sql.exec("SELECT COUNT(*) AS count FROM batches").one(),
    );
    expect(rows).toEqual({ count: 10 });
  });

  it("gives 100 events unless told, and none of a log that has none", async () => {
    const name = crypto.randomUUID();
    expect(await recentIds(name)).toEqual([]);
    await record(
      name,
      Array.from({ length: 120 }, (_, index) => usageEvent({ requestId: `${index}` })),
    );
    expect(await recentIds(name)).toHaveLength(100);
  });

  it.each([
    ["a body that is no list", `/record?batch=${crypto.randomUUID()}&count=1`, { requestId: "a" }],
    ["a batch without an id", "/record?count=1", [usageEvent()]],
    ["a batch of no events", `/record?batch=${crypto.randomUUID()}&count=0`, []],
    ["a limit that is no number", "/recent?limit=many", undefined],
    ["a limit below zero", "/recent?limit=-1", undefined],
    ["another operation", "/erase", []],
    ["reading by POST", "/recent", []],
  ])("refuses %s", async (_, path, body) => {
    await expect(objects.fetch(crypto.randomUUID(), path, body)).rejects.toThrow(/answered 40[04]/);
  });
});

/** 1,000 events with consecutive ids. */
function eventsFrom(start: number): readonly UsageEvent[] {
  return Array.from({ length: 1_000 }, (_, index) => usageEvent({ requestId: `${start + index}` }));
}

function record(name: string, events: readonly UsageEvent[], batch: string = crypto.randomUUID()): Promise<unknown> {
  return objects.fetch(name, `/record?batch=${batch}&count=${events.length}`, events);
}

async function recentIds(name: string, query: string = ""): Promise<readonly string[]> {
  const events = await objects.fetch(name, `/recent${query}`);
  return Array.isArray(events) ? events.map(({ requestId }) => requestId) : [];
}
