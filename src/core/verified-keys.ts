import type { Caller } from "./caller.ts";

/** Keys remembered at once; beyond it the one verified longest ago is forgotten. */
const MAX_KEYS = 5_000;

/** Keys whose secret this isolate has verified, by the whole key and never by a part of it; fresh for a few seconds. */
export interface VerifiedKeys {
  get(apiKey: string, now: number): Caller | null;
  put(apiKey: string, caller: Caller, freshUntil: number): void;
  /** Forgets what was verified by the keys with these ids; null: by any. */
  forget(keyIds: ReadonlySet<string> | null): void;
}

export function createVerifiedKeys(): VerifiedKeys {
  const entries = new Map<string, { readonly caller: Caller; readonly freshUntil: number }>();
  return {
    get: (apiKey, now) => {
      const entry = entries.get(apiKey);
      return entry !== undefined && now < entry.freshUntil ? entry.caller : null;
    },
    put: (apiKey, caller, freshUntil) => {
      entries.delete(apiKey);
      entries.set(apiKey, { caller, freshUntil });
      const [oldest] = entries.keys();
      if (entries.size > MAX_KEYS && oldest !== undefined) entries.delete(oldest);
    },
    forget: (keyIds) => {
      for (const [apiKey, { caller }] of entries) if (keyIds === null || keyIds.has(caller.keyId)) entries.delete(apiKey);
    },
  };
}
