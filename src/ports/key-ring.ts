import type { CompiledConsumer, CompiledKey } from "../core/policy/compiled-consumer.ts";

/** A stored key and whose it is; null where policy has no such consumer (any more). */
export interface KeyRecord {
  readonly key: CompiledKey;
  readonly consumer: CompiledConsumer | null;
}

/** Finds a key by its public part. Holds hashes only. */
export interface KeyRing {
  /** Grows when a key that was found may have changed since. */
  readonly epoch: number;
  /** What is known without asking anybody else; null where that is nothing. */
  known(id: string): KeyRecord | null;
  /** Unknown ids resolve to null; a failing store rejects. */
  find(id: string): Promise<KeyRecord | null>;
  /**
   * The id was found, but the secret was wrong. Where it `wasKnown`, takes as long as looking for an id that nobody has, so
   * that the time tells nobody which exist.
   */
  refuse(id: string, wasKnown: boolean): Promise<void>;
}
