import { storageKey } from "../../core/storage-key.ts";
import type { UsageEvent, UsageSink } from "../../ports/usage-sink.ts";
import type { ObjectNamespace } from "./objects.ts";

export interface DurableUsageSinkOptions {
  /** Pause between the first event of a batch and its sending. Default 1,000. */
  readonly flushIntervalMs?: number;
  /** Events waiting in this isolate over all tenants; the oldest are dropped beyond it. Default 10,000. */
  readonly maxPending?: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly sleep?: (delayMs: number) => Promise<void>;
}

/** A usage sink that also says how many events it had to give up. */
export interface DurableUsageSink extends UsageSink {
  droppedEvents(): number;
}

/** Events of one tenant that are sent together, under one id however often. */
interface Batch {
  readonly id: string;
  readonly tenant: string;
  readonly events: readonly UsageEvent[];
}

/** A flush that has not come back this long after its time died with the request that carried it. */
const FLUSH_GRACE_MS = 10_000;
/** Objects written to at once: a subrequest slot is left for whoever else waits for headers. */
const PARALLEL_WRITES = 5;
/** A batch is one SQLite value, which may have 2 MB; an event has under 1 KB. */
const BATCH_EVENTS = 1_000;

/**
 * Usage events, sent to the log object of their tenant once a second at most. A batch stays in memory until the object has
 * confirmed it; one that was confirmed but not heard of is sent again under its id, and the object keeps it once.
 */
export function createDurableUsageSink(objects: ObjectNamespace, options: DurableUsageSinkOptions = {}): DurableUsageSink {
  const { flushIntervalMs = 1_000, maxPending = 10_000, now = Date.now, sleep = sleepFor } = options;
  /** Both oldest first. */
  let fresh: UsageEvent[] = [];
  let sealed: Batch[] = [];
  let dropped = 0;
  let flushExpectedByMs: number | null = null;

  const seal = (): void => {
    const byTenant = Map.groupBy(fresh, ({ tenant }) => tenant);
    for (const [tenant, events] of byTenant) {
      for (let start = 0; start < events.length; start += BATCH_EVENTS) {
        sealed.push({ id: crypto.randomUUID(), tenant, events: events.slice(start, start + BATCH_EVENTS) });
      }
    }
    fresh = [];
    dropOldest();
  };
  const dropOldest = (): void => {
    let waiting = sealed.reduce((sum, { events }) => sum + events.length, 0);
    while (waiting > maxPending) {
      const lost = sealed.shift()?.events.length ?? waiting;
      dropped += lost;
      waiting -= lost;
    }
  };
  const send = async (batch: Batch): Promise<void> => {
    const { events, id, tenant } = batch;
    await objects.fetch(storageKey(tenant, "usage"), `/record?batch=${id}&count=${events.length}`, events);
    sealed = sealed.filter((other) => other !== batch);
  };
  const flush = async (): Promise<void> => {
    flushExpectedByMs = null;
    seal();
    const due = [...sealed];
    for (let start = 0; start < due.length; start += PARALLEL_WRITES) {
      // A batch that could not be sent stays sealed: the next flush takes it along.
      await Promise.allSettled(due.slice(start, start + PARALLEL_WRITES).map(send));
    }
  };

  return {
    record(event, defer) {
      fresh.push(event);
      if (fresh.length > maxPending && fresh.shift() !== undefined) dropped += 1;
      const time = now();
      if (flushExpectedByMs !== null && time < flushExpectedByMs) return;
      flushExpectedByMs = time + flushIntervalMs + FLUSH_GRACE_MS;
      defer(sleep(flushIntervalMs).then(flush));
    },
    async recent(tenant, limit) {
      seal();
      for (const batch of sealed.filter((waiting) => waiting.tenant === tenant)) await send(batch);
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
