import type { CompiledConsumer, CompiledKey } from "../core/policy/compiled-consumer.ts";

/** A stored key and whose it is. */
export interface KeyRecord {
  readonly key: CompiledKey;
  readonly consumer: CompiledConsumer;
}

/** Finds a key by its public part. Holds hashes only. Unknown ids resolve to null; a failing store rejects. */
export interface KeyRing {
  find(id: string): Promise<KeyRecord | null>;
}
