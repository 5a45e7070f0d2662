import type { CompiledConsumer } from "../../core/policy/compiled-consumer.ts";
import type { KeyRecord, KeyRing } from "../../ports/key-ring.ts";

/** The keys of the compiled policy by their public part. The compiler has refused ids that occur twice. */
export function createMemoryKeyRing(consumers: readonly CompiledConsumer[]): KeyRing {
  const records = new Map<string, KeyRecord>();
  for (const consumer of consumers) {
    for (const key of consumer.keys) records.set(key.id, { key, consumer });
  }
  const known = (id: string): KeyRecord | null => records.get(id) ?? null;
  return { epoch: 0, known, find: async (id) => known(id), refuse: async () => undefined };
}
