import { describe, expect, it } from "vitest";
import type { ObjectNamespace } from "../../../src/adapters/durable-object/objects.ts";
import { createDurableUsageSink, type DurableUsageSink } from "../../../src/adapters/durable-object/usage-sink.ts";
import { usageEvent } from "../../ports/usage-event.ts";

describe("durable usage sink", () => {
  it("sends a batch in one POST, a second after its first event", async () => {
    const rig = createRig();
    for (const requestId of ["1", "2", "3"]) rig.record(requestId);
    expect([rig.posts, rig.pauses]).toEqual([[], [1_000]]);
    await rig.endPause();
    expect(rig.posts).toEqual([{ name: "default|usage", ids: ["1", "2", "3"] }]);
    rig.record("4");
    await rig.endPause();
    expect(rig.posts.at(-1)).toEqual({ name: "default|usage", ids: ["4"] });
  });

  it("writes to one object per tenant", async () => {
    const rig = createRig();
    rig.record("1", "gold");
    rig.record("2", "a|b");
    rig.record("3", "gold");
    await rig.endPause();
    expect(rig.posts).toEqual([
      { name: "gold|usage", ids: ["1", "3"] },
      { name: "a%7Cb|usage", ids: ["2"] },
    ]);
  });

  it("keeps the batch of an object that fails, and only that one, for the next flush", async () => {
    const rig = createRig();
    rig.failing.add("gold|usage");
    rig.record("1", "gold");
    rig.record("2");
    await rig.endPause();
    rig.failing.clear();
    rig.record("3", "gold");
    await rig.endPause();
    expect(rig.posts).toEqual([
      { name: "default|usage", ids: ["2"] },
      { name: "gold|usage", ids: ["1"] },
      { name: "gold|usage", ids: ["3"] },
    ]);
    expect(rig.sink.droppedEvents()).toBe(0);
  });

  it("drops the oldest beyond its bound while the object is unreachable, and counts them", async () => {
    const rig = createRig(3);
    rig.failing.add("default|usage");
    rig.record("1");
    await rig.endPause();
    for (const requestId of ["2", "3", "4", "5"]) rig.record(requestId);
    rig.failing.clear();
    await rig.endPause();
    expect(rig.posts).toEqual([{ name: "default|usage", ids: ["3", "4", "5"] }]);
    expect(rig.sink.droppedEvents()).toBe(2);
  });

  it("flushes again when the request that carried the flush has died", async () => {
    const rig = createRig();
    rig.record("1");
    rig.clock.nowMs += 5_000;
    rig.record("2");
    expect(rig.pauses).toHaveLength(1);
    rig.clock.nowMs += 10_000;
    rig.record("3");
    expect(rig.pauses).toHaveLength(2);
    await rig.endPause();
    expect(rig.posts).toEqual([{ name: "default|usage", ids: ["1", "2", "3"] }]);
  });

  it("rejects the reader, not the recorder, when the object is unreachable", async () => {
    const rig = createRig();
    rig.failing.add("default|usage");
    rig.record("1");
    await expect(rig.sink.recent("default", 10)).rejects.toThrow("unreachable");
    await expect(rig.endPause()).resolves.toBeUndefined();
  });
});

function nothing(): void {}

interface Rig {
  readonly sink: DurableUsageSink;
  readonly posts: readonly { readonly name: string; readonly ids: readonly string[] }[];
  readonly pauses: readonly number[];
  readonly failing: Set<string>;
  readonly clock: { nowMs: number };
  readonly record: (requestId: string, tenant?: string) => void;
  /** Ends the last pause and waits for the flush after it. */
  readonly endPause: () => Promise<void>;
}

function createRig(maxPending: number = 100): Rig {
  const posts: { name: string; ids: readonly string[] }[] = [];
  const pauses: number[] = [];
  const failing = new Set<string>();
  const clock = { nowMs: 1_800_000_000_000 };
  let wake = nothing;
  let deferred: Promise<unknown> = Promise.resolve();
  const objects: ObjectNamespace = {
    async fetch(name, _path, body) {
      if (failing.has(name)) throw new Error("unreachable");
      if (Array.isArray(body)) posts.push({ name, ids: body.map(({ requestId }) => requestId) });
      return [];
    },
  };
  const sleep = (delayMs: number): Promise<void> => {
    pauses.push(delayMs);
    return new Promise((resolve) => {
      wake = resolve;
    });
  };
  const sink = createDurableUsageSink(objects, { maxPending, sleep, now: () => clock.nowMs });
  return {
    sink,
    posts,
    pauses,
    failing,
    clock,
    record: (requestId, tenant = "default") =>
      sink.record(usageEvent({ requestId, tenant }), (work) => {
        deferred = work;
      }),
    endPause: async () => {
      wake();
      await deferred;
    },
  };
}
