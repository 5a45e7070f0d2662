import { parseApiKey } from "../../core/api-key.ts";
import { type Caller, toCaller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import type { CompiledKey } from "../../core/policy/compiled-consumer.ts";
import type { Deps } from "../deps.ts";
import { verifyApiKey } from "../verify-api-key.ts";

/** How long a verified key is believed without asking the key ring again; the bound on noticing a revocation here. */
const FRESH_MS = 10_000;

export type ApiKeyDeps = Pick<Deps, "keys" | "verifiedKeys" | "readPepper">;

/**
 * Whose API key this is, at `now` (epoch milliseconds). Garbage is refused by shape and checksum before anything is looked
 * up; why a real key is not accepted is said only after its secret was verified. @throws FairleadError 401
 */
export async function authenticateApiKey(apiKey: string, deps: ApiKeyDeps, now: number): Promise<Caller> {
  const known = deps.verifiedKeys.get(apiKey, now);
  if (known !== null) return known;
  const parts = parseApiKey(apiKey);
  if (parts === null || parts.plane !== "data") throw invalidKey();
  const record = await deps.keys.find(parts.id);
  const isVerified = await verifyApiKey(apiKey, record?.key.hash, deps.readPepper);
  if (!isVerified || record === null) throw invalidKey();
  const { consumer, key } = record;
  refuseUnlessActive(key, now);
  const caller = toCaller(consumer, { keyId: key.id, limits: key.limits });
  deps.verifiedKeys.put(apiKey, caller, Math.min(now + FRESH_MS, key.expiresMs ?? Number.MAX_SAFE_INTEGER));
  return caller;
}

function refuseUnlessActive(key: CompiledKey, now: number): void {
  if (key.revoked)
    throw new FairleadError("revoked_api_key", `API key ${key.id} was revoked. Ask your platform team for a new one.`);
  if (key.expiresMs !== null && now >= key.expiresMs) {
    throw new FairleadError("expired_api_key", `API key ${key.id} expired at ${new Date(key.expiresMs).toISOString()}.`);
  }
  if (key.notBeforeMs !== null && now < key.notBeforeMs) {
    throw new FairleadError("inactive_api_key", `API key ${key.id} is valid from ${new Date(key.notBeforeMs).toISOString()}.`);
  }
}

function invalidKey(): FairleadError {
  return new FairleadError(
    "invalid_api_key",
    "The API key is not valid. Check that it was copied whole; it starts with fl_ and has 67 characters.",
  );
}
