import { parseApiKey } from "../../core/api-key.ts";
import { FairleadError } from "../../core/errors.ts";
import { readCredential } from "../../core/http/read-credential.ts";
import type { CompiledKey } from "../../core/policy/compiled-consumer.ts";
import type { KeyRecord } from "../../ports/key-ring.ts";
import type { Caller } from "../../core/caller.ts";
import type { Deps, Run } from "../deps.ts";
import { verifyApiKey } from "../verify-api-key.ts";

/** How long a verified key is believed without asking the key ring again; the bound on noticing a revocation here. */
const FRESH_MS = 10_000;

type AuthenticateDeps = Pick<Deps, "keys" | "verifiedKeys" | "readPepper">;

/**
 * Stage: who calls. Garbage is refused by shape and checksum before anything is looked up; why a real key is not
 * accepted is said only after its secret was verified. @throws FairleadError 400, 401
 */
export async function authenticate(deps: AuthenticateDeps, run: Pick<Run, "headers" | "query" | "now">): Promise<Caller> {
  const credential = readCredential(run.headers, run.query);
  if (credential.kind === "refused") throw new FairleadError(credential.code, credential.message);
  const now = run.now();
  const known = deps.verifiedKeys.get(credential.apiKey, now);
  if (known !== null) return known;
  const parts = parseApiKey(credential.apiKey);
  if (parts === null || parts.plane !== "data") throw invalidKey();
  const record = await deps.keys.find(parts.id);
  const isVerified = await verifyApiKey(credential.apiKey, record?.key.hash, deps.readPepper);
  if (!isVerified || record === null) throw invalidKey();
  refuseUnlessActive(record.key, now);
  const caller = toCaller(record);
  deps.verifiedKeys.put(credential.apiKey, caller, Math.min(now + FRESH_MS, record.key.expiresMs ?? Number.MAX_SAFE_INTEGER));
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

function toCaller({ key, consumer }: KeyRecord): Caller {
  return {
    tenant: consumer.tenant,
    consumer: consumer.name,
    keyId: key.id,
    roles: consumer.roles,
    tags: consumer.tags,
    limits: [...key.limits, ...consumer.limits],
    isStrict: consumer.isStrict,
    allowModels: consumer.allowModels === null ? null : new Set(consumer.allowModels),
  };
}
