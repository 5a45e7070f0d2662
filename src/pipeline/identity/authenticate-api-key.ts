import { parseApiKey } from "../../core/api-key.ts";
import { type Caller, toCaller } from "../../core/caller.ts";
import { FairleadError } from "../../core/errors.ts";
import type { CompiledKey } from "../../core/policy/compiled-consumer.ts";
import type { KeyRecord } from "../../ports/key-ring.ts";
import type { Deps } from "../deps.ts";
import { verifyApiKey } from "../verify-api-key.ts";

/** How long a verified key is believed without asking the key ring again. */
const FRESH_MS = 10_000;

export type ApiKeyDeps = Pick<Deps, "identities" | "keys" | "verifiedKeys" | "readPepper" | "wrongKeys">;

/** When and from where a key came. */
interface Arrival {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Null where the platform does not say. Read only of a key that is not known. */
  readonly address: () => string | null;
}

/**
 * Whose API key this is. Garbage is refused by shape and checksum, and what this deployment does not accept, before anything is looked
 * up; why a real key is not accepted is said only after its secret was verified. An address from which too many wrong ones came is answered without asking the key
 * registry. @throws FairleadError 401, 403, 429, 503
 */
export async function authenticateApiKey(apiKey: string, deps: ApiKeyDeps, arrival: Arrival): Promise<Caller> {
  const { now } = arrival;
  const known = deps.verifiedKeys.get(apiKey, now);
  if (known !== null) return known;
  const parts = parseApiKey(apiKey);
  const { epoch } = deps.keys;
  const mayAsk = deps.wrongKeys.blockedMs(arrival.address(), now) === 0;
  const isOurs = parts?.plane === "data" && deps.identities.acceptsKeys(parts.environment);
  const record = isOurs ? await findVerified({ apiKey, id: parts.id, mayAsk }, deps) : null;
  if (record === null) throw invalidKey(arrival, deps);
  const { consumer, key } = record;
  refuseUnlessActive(key, now);
  if (consumer === null) throw withoutConsumer(key);
  const caller = toCaller(consumer, { keyId: key.id, limits: key.limits });
  const freshUntil = Math.min(now + FRESH_MS, key.expiresMs ?? Number.MAX_SAFE_INTEGER);
  // What was found before a change that was heard of meanwhile is good for this request alone, which is looked at again.
  if (deps.keys.epoch === epoch) deps.verifiedKeys.put(apiKey, caller, freshUntil);
  return caller;
}

interface Shown {
  readonly apiKey: string;
  readonly id: string;
  /** The registry may be asked. */
  readonly mayAsk: boolean;
}

/** Null unless the secret is right. An unknown key, and a known one with another secret, take the same time. */
async function findVerified({ apiKey, id, mayAsk }: Shown, { keys, readPepper }: ApiKeyDeps): Promise<KeyRecord | null> {
  const known = keys.known(id);
  const record = known === null && mayAsk ? await keys.find(id) : known;
  if (await verifyApiKey(apiKey, record?.key.hash, readPepper)) return record;
  if (record !== null && mayAsk) await keys.refuse(id, known !== null);
  return null;
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

/** Counts it, too. */
function invalidKey({ address: readAddress, now }: Arrival, { wrongKeys }: ApiKeyDeps): FairleadError {
  const address = readAddress();
  const blockedMs = wrongKeys.blockedMs(address, now);
  wrongKeys.note(address, now);
  if (blockedMs > 0) {
    const message = "Too many API keys that are not valid came from your address. Check the key, and wait before the next.";
    return new FairleadError("too_many_wrong_keys", message, { retryAfterSeconds: blockedMs / 1_000, attemptsSpent: true });
  }
  return new FairleadError(
    "invalid_api_key",
    "The API key is not valid. Check that it was copied whole; it starts with fl_ and has 67 characters.",
  );
}
