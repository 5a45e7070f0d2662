import type { TargetAccess } from "../../core/access/access.ts";
import type { LinkedPolicy, LinkedRoute } from "../../core/policy/linked.ts";
import type { Preferences } from "../../core/routing/preferences.ts";
import { sha256Hex } from "../../core/sha256-hex.ts";
import { storageKey } from "../../core/storage-key.ts";
import type { DecodedRequest } from "../../dialects/dialect.ts";
import type { CachedResponse, ResponseCache } from "../../ports/response-cache.ts";
import type { Caller } from "../../core/caller.ts";

/** Where an answer may be stored afterwards. */
export interface CacheSlot {
  readonly key: string;
  readonly ttlMs: number;
}

export interface Hit {
  readonly kind: "hit";
  readonly response: CachedResponse;
}

export type Recalled = Hit | { readonly kind: "miss"; readonly slot: CacheSlot } | { readonly kind: "bypass" };

interface RecallInput {
  readonly caller: Caller;
  readonly access: TargetAccess | null;
  readonly asked: DecodedRequest;
  readonly route: LinkedRoute;
  readonly policy: LinkedPolicy;
  /** What the caller said in `x-fairlead-cache`: `off` and `no-store` tighten, nothing loosens. */
  readonly wish: string | null;
  readonly preferences: Preferences | null;
  readonly now: number;
}

/**
 * Stage: an exact answer, inside the caller's hard partition: tenant, consumer, policy digest, route, which targets the
 * caller may use, what it prefers where the route lets it, dialect, operation, model, the headers that a backend sees and the body byte for byte. Streams are
 * not stored. Never fails a request.
 */
export async function recall(input: RecallInput, cache: ResponseCache): Promise<Recalled> {
  const { access, asked, caller, policy, preferences, route, wish } = input;
  if (route.cache === null || asked.stream || wish === "off" || wish === "no-store") return { kind: "bypass" };
  const preferred = route.callerPreferences ? preferences : null;
  const body = await sha256Hex(
    `${JSON.stringify([route.id, preferred, asked.headers, access?.partition ?? null])}\n${asked.text}`,
  );
  const form = `${asked.surface}:${asked.operation}`;
  const key = storageKey(caller.tenant, "cache", caller.consumer, policy.stamp, form, asked.model, body);
  const response = wish === "refresh" ? null : await cache.get(key, input.now);
  if (response !== null) return { kind: "hit", response };
  return { kind: "miss", slot: { key, ttlMs: route.cache.ttlMs } };
}
