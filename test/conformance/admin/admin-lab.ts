import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { createIdentity } from "../../../src/cli/local-identity.ts";
import { type RunningRouter, startRouter } from "../../../src/cli/local-router.ts";
import { ADMIN_ROLE_NAMES } from "../../../src/core/admin/admin-roles.ts";
import { createApiKey, parseApiKey } from "../../../src/core/api-key.ts";
import { hashApiKey } from "../../../src/core/hash-api-key.ts";
import type { PolicyObject } from "../faults/policy-objects.ts";
import { writePolicies } from "../routing/fleet-lab.ts";

/** What an administrator of the policy is, beside the key. */
interface AdminSpec {
  readonly roles: readonly string[];
  readonly tenants?: readonly string[];
  readonly notBefore?: string;
  readonly expires?: string;
}

export interface AdminAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** As it came, and as JSON where it is. */
  readonly text: string;
  readonly body: unknown;
}

export interface AdminCallOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface AdminLab {
  readonly router: RunningRouter;
  /** Public parts of keys by administrator. */
  readonly keyIds: ReadonlyMap<string, string>;
  /** Ids of the data keys of `team-a/app` and `team-b/app`. */
  readonly dataKeyIds: { readonly a: string; readonly b: string };
  /** One chat of the application of `team-a`; the answers of the model `kept` are. */
  ask(model?: "chat" | "kept"): Promise<void>;
  /** Calls the admin API as one of the policy's administrators, or as `bootstrap`. `path` begins with `/`. */
  call(administrator: string, path: string, options?: AdminCallOptions): Promise<AdminAnswer>;
  close(): Promise<void>;
}

/** One administrator for each role, for all tenants and for `team-a` alone (`NAME-of-a`), and one of every state that is refused. */
const ADMINISTRATORS: Readonly<Record<string, AdminSpec>> = {
  ...Object.fromEntries(ADMIN_ROLE_NAMES.map((role) => [role, { roles: [role] }])),
  ...Object.fromEntries(ADMIN_ROLE_NAMES.map((role) => [`${role}-of-a`, { roles: [role], tenants: ["team-a"] }])),
  expired: { roles: ["owner"], expires: "2020-01-01T00:00:00Z" },
  inactive: { roles: ["owner"], notBefore: "2099-01-01T00:00:00Z" },
  leaver: { roles: ["owner"] },
};

/** A router on real workerd, two tenants with one application each, and administrators. `admin`: what `spec.admin` has beside keys. */
export async function startAdminLab(admin: PolicyObject = {}): Promise<AdminLab> {
  const identity = createIdentity();
  const atRest = async (key: string) => ({ id: idOf(key), hash: `v1:${await hashApiKey(key, identity.pepper)}` });
  const keys = new Map(Object.keys(ADMINISTRATORS).map((name) => [name, makeKey("admin")]));
  const adminKeys = [...keys].map(async ([name, key]) => ({ name, ...(await atRest(key)), ...ADMINISTRATORS[name] }));
  const data = { a: makeKey("data"), b: makeKey("data") };
  const policies = await writePolicies([
    document("LLMGateway", "edge", "default", { admin: { keys: await Promise.all(adminKeys), ...admin } }),
    ...tenantObjects("team-a", await atRest(data.a)),
    ...tenantObjects("team-b", await atRest(data.b)),
  ]);
  const router = await startRouter({ policies, cwd: policies, identity, quiet: true });
  const keyOf = (name: string): string => (name === "bootstrap" ? router.adminKey : (keys.get(name) ?? name));
  return {
    router,
    keyIds: new Map([...keys].map(([name, key]) => [name, idOf(key)])),
    dataKeyIds: { a: idOf(data.a), b: idOf(data.b) },
    ask: (model = "chat") => ask(router.url, data.a, model),
    call: (administrator, path, options = {}) => call(router.url + path, keyOf(administrator), options),
    close: async () => {
      await router.close();
      await rm(policies, { recursive: true, force: true });
    },
  };
}

async function ask(url: string, key: string, model: string): Promise<void> {
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "Where is the harbour?" }] });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`The router answered ${response.status}: ${await response.text()}`);
}

async function call(url: string, key: string, { body, headers = {}, method = "GET" }: AdminCallOptions): Promise<AdminAnswer> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function idOf(key: string): string {
  return parseApiKey(key)?.id ?? "";
}

function makeKey(plane: "admin" | "data"): string {
  return createApiKey({ plane, environment: "test" }, randomBytes);
}

const CACHE = { exact: { ttl: "1h" }, semantic: { maxFalseHitRate: "2%" } };

/** A tenant whose one application may ask a model that answers inside the router. */
function tenantObjects(namespace: string, key: object): readonly PolicyObject[] {
  const rule = { name: "everyone", groups: [{ name: "only", targets: [{ provider: "inside", model: "sim-small" }] }] };
  return [
    document("LLMProvider", "inside", namespace, { simulator: {} }),
    document("RoutingPolicy", "chat", namespace, { models: [{ name: "chat" }], rules: [rule] }),
    document("RoutingPolicy", "kept", namespace, { models: [{ name: "kept" }], rules: [{ ...rule, cache: CACHE }] }),
    document("Consumer", "app", namespace, { keys: [{ name: "only", ...key }] }),
  ];
}

// oxlint-disable-next-line max-params -- the four parts of every object
function document(kind: string, name: string, namespace: string, spec: PolicyObject): PolicyObject {
  return { apiVersion: "fairlead.dev/v1alpha1", kind, metadata: { name, namespace }, spec };
}
