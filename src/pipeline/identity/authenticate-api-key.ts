import { parseApiKey } from "../../core/api-key.ts";
import { type Caller, toCaller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import type { CompiledKey } from "../../core/policy/compiled-consumer.ts";
import type { KeyRecord } from "../../ports/key-ring.ts";
import type { Deps } from "../deps.ts";
import { verifyApiKey } from "../verify-api-key.ts";

/** How long a verified key is believed without asking the key ring again. */
const FRESH_MS = 10_000;

export type ApiKeyDeps = Pick<Deps, "keys" | "verifiedKeys" | "readPepper">;

/**
 * Whose API key this is, at `now` (epoch milliseconds). Garbage is refused by shape and checksum before anything is looked
 * up; why a real key is not accepted is said only after its secret was verified. @throws FairleadError 401, 403, 503
 */
export async function authenticateApiKey(apiKey: string, deps: ApiKeyDeps, now: number): Promise<Caller> {
  const known = deps.verifiedKeys.get(apiKey, now);
  if (known !== null) return known;
  const parts = parseApiKey(apiKey);
  if (parts === null || parts.plane !== "data") throw invalidKey();
  const { epoch } = deps.keys;
  const { consumer, key } = await findVerified(apiKey, parts.id, deps);
  refuseUnlessActive(key, now);
  if (consumer === null) throw withoutConsumer(key);
  const caller = toCaller(consumer, { keyId: key.id, limits: key.limits });
  const freshUntil = Math.min(now + FRESH_MS, key.expiresMs ?? Number.MAX_SAFE_INTEGER);
  // What was found before a change that was heard of meanwhile is good for this request alone, which is looked at again.
  if (deps.keys.epoch === epoch) deps.verifiedKeys.put(apiKey, caller, freshUntil);
  return caller;
}

/** An unknown key, and a known one with another secret, take the same time. */
async function findVerified(apiKey: string, id: string, { keys, readPepper }: ApiKeyDeps): Promise<KeyRecord> {
  const known = keys.known(id);
  const record = known ?? (await keys.find(id));
  if ((await verifyApiKey(apiKey, record?.key.hash, readPepper)) && record !== null) return record;
  if (record !== null) await keys.refuse(id, known !== null);
  throw invalidKey();
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

function withoutConsumer({ id }: CompiledKey): FairleadError {
  return new FairleadError(
    "unknown_consumer",
    `No policy here has the consumer that API key ${id} was made for. Ask your platform team.`,
  );
}

function invalidKey(): FairleadError {
  return new FairleadError(
    "invalid_api_key",
    "The API key is not valid. Check that it was copied whole; it starts with fl_ and has 67 characters.",
  );
}
