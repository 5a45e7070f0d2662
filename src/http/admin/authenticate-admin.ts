import type { Administrator } from "../../core/admin/admin-roles.ts";
import { parseApiKey } from "../../core/api-key.ts";
import { FairleadError } from "../../core/errors.ts";
import { readCredential } from "../../core/http/read-credential.ts";
import type { CompiledAdminKey } from "../../core/policy/compiled-admin.ts";
import type { Deps, Run } from "../../pipeline/deps.ts";
import { verifyApiKey } from "../../pipeline/verify-api-key.ts";
import type { AdminDeps } from "./admin-deps.ts";

/** What is older is asked for again first: a key that was switched off must not do anything more. */
const FRESH_MS = 3_000;
/** The one key that no policy needs: with it the first policy is brought in. */
export const BOOTSTRAP = "bootstrap";

/** Who it is, and why the key may do nothing all the same; null where it may. */
export interface Authenticated {
  readonly administrator: Administrator;
  readonly refusal: FairleadError | null;
}

/**
 * Who administers. Keys are those of the policy that serves everybody, never of one that is being tried: nobody gets a role
 * from a generation that was not accepted. @throws FairleadError 400, 401
 */
export async function authenticateAdmin(deps: Deps & AdminDeps, run: Run): Promise<Authenticated> {
  const credential = readCredential(run.headers);
  if (credential.kind === "refused") throw new FairleadError(credential.code, credential.message);
  const parts = parseApiKey(credential.text);
  if (parts === null || parts.plane !== "admin") throw invalidKey();
  if (deps.control.ageMs(run.startedAt) > FRESH_MS) await deps.control.refresh(run);
  const key = deps.policies.current().gateway.admin.keys.find(({ id }) => id === parts.id) ?? bootstrapKey(parts.id, deps);
  const isVerified = await verifyApiKey(credential.text, key?.hash, deps.readPepper);
  if (!isVerified || key === null) throw invalidKey();
  const isKilled = deps.control.kills().callers.has(key.id);
  const { name, roles, tenants } = key;
  return { administrator: { name, keyId: key.id, roles, tenants }, refusal: refusalOf(key, isKilled, run.now()) };
}

/** Whoever has it is the owner. Its id is whatever it says, since only its hash is configured. */
function bootstrapKey(id: string, { adminKeyHash }: AdminDeps): CompiledAdminKey | null {
  if (adminKeyHash === undefined) return null;
  return { name: BOOTSTRAP, id, hash: adminKeyHash, roles: ["owner"], tenants: null, notBeforeMs: null, expiresMs: null };
}

function refusalOf({ expiresMs, id, notBeforeMs }: CompiledAdminKey, isKilled: boolean, now: number): FairleadError | null {
  if (isKilled) return new FairleadError("caller_disabled", "This admin key was switched off.");
  if (expiresMs !== null && now >= expiresMs)
    return new FairleadError("expired_api_key", `Admin key ${id} expired at ${new Date(expiresMs).toISOString()}.`);
  if (notBeforeMs !== null && now < notBeforeMs)
    return new FairleadError("inactive_api_key", `Admin key ${id} is valid from ${new Date(notBeforeMs).toISOString()}.`);
  return null;
}

function invalidKey(): FairleadError {
  return new FairleadError("invalid_api_key", "The admin API needs an admin key (fla_…).");
}
