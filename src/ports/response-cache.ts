import type { Usage } from "../core/usage.ts";

/** A stored JSON answer, exactly as the caller was given it. */
export interface CachedResponse {
  readonly body: string;
  readonly target: string;
  /** What the target could not be told, as its warnings header said; null where there was nothing. */
  readonly warnings: string | null;
  readonly usage: Usage;
}

/** Whole answers by exact key (`storageKey`, tenant first). A miss, an expired entry and a failing store all give null. */
export interface ResponseCache {
  get(key: string, now: number): Promise<CachedResponse | null>;
  put(key: string, response: CachedResponse, expiresMs: number): Promise<void>;
}
