import type { MemoryNames } from "../../core/cache/answer-memory.ts";
import type { CacheKeys } from "../../core/cache/cache-keys.ts";
import type { LookUpEconomy } from "../../core/cache/look-up-economy.ts";
import type { CacheWish } from "../../core/http/read-cache-wish.ts";
import type { CompiledCache } from "../../core/policy/compiled-cache.ts";
import type { Operation } from "../../core/policy/compiled.ts";
import type { Question } from "../../core/cache/question.ts";

/** What a request is called in the cache, and what may be done with answers to it. */
export interface Slot {
  readonly question: Question;
  /** In an isolate's memory, where an answer is remembered for its principal alone. */
  readonly names: MemoryNames;
  readonly operation: Operation;
  /** How an answer to it is kept: in no dialect, or as its surface's own JSON. */
  readonly record: "chat" | "body";
  readonly cache: CompiledCache;
  readonly wish: CacheWish;
  /** Milliseconds for which an answer to it is fresh. */
  readonly ttlMs: number;
  /** Of its route. */
  readonly economy: LookUpEconomy;
  /** What memory holds from before is purged; the store knows of each purge itself. Epoch milliseconds. */
  readonly purgedAt: number;
  /** Targets that were switched off, by id. */
  readonly killedTargets: ReadonlySet<string>;
}

/** What a request is called, and how far its answer may go: the same for the same bytes in the same partition. */
export interface Named {
  readonly keys: CacheKeys;
  /** Null where only an exact answer may be given. */
  readonly text: string | null;
  readonly isSemantic: boolean;
  readonly record: Slot["record"];
  /** Milliseconds; null where the policy's own time holds. */
  readonly ttlCapMs: number | null;
}
