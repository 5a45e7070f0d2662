import { parseApiKey } from "../core/api-key.ts";
import { FairleadError } from "../core/errors.ts";
import { readCredential } from "../core/http/read-credential.ts";
import type { Deps, Run } from "../pipeline/deps.ts";
import { verifyApiKey } from "../pipeline/verify-api-key.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const TENANT = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export interface AdminDeps {
  /** `v1:<hex>` of the one admin key; undefined when the admin API is closed. */
  readonly adminKeyHash: string | undefined;
}

/** What the admin routes use. */
export type AdminApiDeps = Pick<Deps, "usage" | "health" | "alarms" | "readPepper"> & AdminDeps;

/** `GET /admin/api/usage?tenant=…&limit=…`: the newest requests of a tenant. */
export async function listUsage(url: string, deps: AdminApiDeps, run: Run): Promise<Response> {
  await authoriseAdmin(run, deps);
  const query = new URLSearchParams(url.split("?", 2)[1] ?? "");
  const tenant = query.get("tenant") ?? "default";
  const limit = Number(query.get("limit") ?? DEFAULT_LIMIT);
  if (!TENANT.test(tenant)) throw new FairleadError("invalid_value", "'tenant' must be a namespace name.", { param: "tenant" });
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new FairleadError("invalid_value", `'limit' must be a whole number from 1 to ${MAX_LIMIT}.`, { param: "limit" });
  }
  return Response.json({ events: await deps.usage.recent(tenant, limit) });
}

/** `GET /admin/api/health`: every target's state and the newest alarms, as this isolate knows them. */
export async function listHealth(deps: AdminApiDeps, run: Run): Promise<Response> {
  await authoriseAdmin(run, deps);
  return Response.json({ ...deps.health.snapshot(run.now()), alarms: deps.alarms.recent() });
}

/** @throws FairleadError `invalid_api_key` unless the credential is the admin key */
export async function authoriseAdmin({ headers }: Run, deps: AdminApiDeps): Promise<void> {
  const credential = readCredential(headers);
  if (credential.kind === "refused") throw new FairleadError(credential.code, credential.message);
  const parts = parseApiKey(credential.text);
  const isAdmin = parts !== null && parts.plane === "admin" && deps.adminKeyHash !== undefined;
  if (!isAdmin || !(await verifyApiKey(credential.text, deps.adminKeyHash, deps.readPepper))) {
    throw new FairleadError("invalid_api_key", "The admin API needs an admin key (fla_…).");
  }
}
