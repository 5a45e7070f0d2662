import type { UsageEvent, UsageSink } from "../../ports/usage-sink.ts";

export interface MemoryUsageSinkOptions {
  /** Events kept over all tenants; the oldest goes first. Default 1,000. */
  readonly capacity?: number;
}

/** The last requests, in this isolate's memory. */
export function createMemoryUsageSink(options: MemoryUsageSinkOptions = {}): UsageSink {
  const { capacity = 1_000 } = options;
  const ring: UsageEvent[] = [];
  let recorded = 0;

  return {
    record(event) {
      ring[recorded % capacity] = event;
      recorded += 1;
    },
    async recent(tenant, limit) {
      const next = recorded % capacity;
      const oldestFirst = [...ring.slice(next), ...ring.slice(0, next)];
      return oldestFirst
        .filter((event) => event.tenant === tenant)
        .toReversed()
        .slice(0, Math.max(0, limit));
    },
  };
}
