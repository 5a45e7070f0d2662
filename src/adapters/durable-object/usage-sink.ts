import { storageKey } from "../../core/storage-key.ts";
import type { UsageEvent, UsageSink } from "../../ports/usage-sink.ts";
import type { ObjectNamespace } from "./objects.ts";

export interface DurableUsageSinkOptions {
  /** Pause between the first event of a batch and its sending. Default 1,000. */
  readonly flushIntervalMs?: number;
  /** Events waiting in this isolate over all tenants; the oldest is dropped beyond it. Default 10,000. */
  readonly maxPending?: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly sleep?: (delayMs: number) => Promise<void>;
}

/** A usage sink that also says how many events it had to give up. */
export interface DurableUsageSink extends UsageSink {
  droppedEvents(): number;
}

/** A flush that has not come back this long after its time died with the request that carried it. */
const FLUSH_GRACE_MS = 10_000;
/** Objects written to at once: a subrequest slot is left for whoever else waits for headers. */
const PARALLEL_WRITES = 5;

/**
 * Usage events, sent to the log object of their tenant in one POST a second at most. Events stay in memory until the
 * object has confirmed them; what was confirmed but not heard of is sent again, and the object keeps it once.
 */
export function createDurableUsageSink(objects: ObjectNamespace, options: DurableUsageSinkOptions = {}): DurableUsageSink {
  const { flushIntervalMs = 1_000, maxPending = 10_000, now = Date.now, sleep = sleepFor } = options;
  /** Oldest first. */
  let pending: UsageEvent[] = [];
  let dropped = 0;
  let flushExpectedByMs: number | null = null;

  const send = async (tenant: string): Promise<void> => {
    const batch = new Set(pending.filter((event) => event.tenant === tenant));
    if (batch.size === 0) return;
    await objects.fetch(storageKey(tenant, "usage"), "/record", [...batch]);
    pending = pending.filter((event) => !batch.has(event));
  };

  const flush = async (): Promise<void> => {
    flushExpectedByMs = null;
    const tenants = [...new Set(pending.map((event) => event.tenant))];
    for (let start = 0; start < tenants.length; start += PARALLEL_WRITES) {
      // A batch that could not be sent stays pending: the next flush takes it along.
      await Promise.allSettled(tenants.slice(start, start + PARALLEL_WRITES).map(send));
    }
  };

  return {
    record(event, defer) {
      pending.push(event);
      if (pending.length > maxPending && pending.shift() !== undefined) dropped += 1;
      const time = now();
      if (flushExpectedByMs !== null && time < flushExpectedByMs) return;
      flushExpectedByMs = time + flushIntervalMs + FLUSH_GRACE_MS;
      defer(sleep(flushIntervalMs).then(flush));
    },
    async recent(tenant, limit) {
      await send(tenant);
      const events = await objects.fetch(storageKey(tenant, "usage"), `/recent?limit=${Math.max(0, limit)}`);
      if (!isEventList(events)) throw new Error("The usage log did not answer with a list.");
      return events;
    },
    droppedEvents: () => dropped,
  };
}

/** The members are not looked at: the object holds only what a sink has sent. */
function isEventList(value: unknown): value is readonly UsageEvent[] {
  return Array.isArray(value);
}

function sleepFor(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
