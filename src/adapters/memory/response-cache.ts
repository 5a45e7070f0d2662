import type { CachedResponse, ResponseCache } from "../../ports/response-cache.ts";

export interface MemoryResponseCacheOptions {
  /** Default 1,000. */
  readonly maxEntries?: number;
  /** Keys and bodies as the heap holds them, two bytes a character. Default 16 MiB of an isolate's 128. */
  readonly maxBytes?: number;
}

interface Entry {
  readonly response: CachedResponse;
  readonly expiresMs: number;
  readonly bytes: number;
}

const BYTES_PER_CHARACTER = 2;

/** Whole answers in this isolate's memory. The least recently used go first; an answer larger than the cache is not kept. */
export function createMemoryResponseCache(options: MemoryResponseCacheOptions = {}): ResponseCache {
  const { maxEntries = 1_000, maxBytes = 16 * 1_048_576 } = options;
  /** Least recently used first. */
  const entries = new Map<string, Entry>();
  let heldBytes = 0;

  const remove = (key: string): Entry | null => {
    const entry = entries.get(key);
    if (entry === undefined) return null;
    entries.delete(key);
    heldBytes -= entry.bytes;
    return entry;
  };
  const add = (key: string, entry: Entry): void => {
    entries.set(key, entry);
    heldBytes += entry.bytes;
  };

  return {
    async get(key, now) {
      const entry = remove(key);
      if (entry === null || entry.expiresMs <= now) return null;
      add(key, entry);
      return entry.response;
    },
    async put(key, response, expiresMs) {
      remove(key);
      const bytes = (key.length + response.body.length + response.target.length) * BYTES_PER_CHARACTER;
      if (bytes > maxBytes || maxEntries < 1) return;
      add(key, { response, expiresMs, bytes });
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && heldBytes <= maxBytes) return;
        remove(oldest);
      }
    },
  };
}
