import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentity, type LocalIdentity } from "../../../src/cli/local-identity.ts";
import { type RunningRouter, startRouter } from "../../../src/cli/local-router.ts";
import { parseApiKey } from "../../../src/core/api-key.ts";
import { hashApiKey } from "../../../src/core/hash-api-key.ts";
import { gateway, type PolicyObject, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { BACKEND_NAMES, BACKENDS, type BackendName, declareBackend, UPSTREAM_SECRET } from "./backends.ts";
import { type ScriptedUpstream, startUpstream } from "./upstream.ts";

/** A router on real workerd in front of a backend of every wire format. */
export interface CrossingLab {
  readonly router: RunningRouter;
  readonly upstream: ScriptedUpstream;
  close(): Promise<void>;
}

/** What a suite's policy holds beside the backends. */
export interface LabPolicy {
  readonly objects: readonly PolicyObject[];
  readonly variables?: readonly string[];
  /** Of the gateway, beside what the backends need. */
  readonly gateway?: PolicyObject;
}

/** `policyFor` is given the upstreams' address; keys of a suite's own consumers are of `identity`. */
export async function startCrossingLab(
  policyFor: (upstreamUrl: string) => LabPolicy,
  identity: LocalIdentity = createIdentity(),
): Promise<CrossingLab> {
  const upstream = await startUpstream();
  const { gateway: gatewaySpec = {}, objects, variables = [] } = policyFor(upstream.url);
  const backends = BACKEND_NAMES.map((name) => declareBackend(name, upstream.url));
  const all = [
    gateway([upstream.url], { retryBudget: UNLIMITED_RETRIES, ...gatewaySpec }),
    ...backends.map(({ object }) => object),
    ...objects,
  ];
  const policies = await mkdtemp(join(tmpdir(), "fairlead-crossing-"));
  await writeFile(join(policies, "policy.yaml"), all.map((object) => JSON.stringify(object)).join("\n---\n"));
  const env = Object.fromEntries(
    [...backends.map(({ variable }) => variable), ...variables].map((name) => [name, UPSTREAM_SECRET]),
  );
  const router = await startRouter({ policies, env, cwd: policies, identity, quiet: true });
  return {
    router,
    upstream,
    close: async () => {
      await Promise.all([upstream.close(), router.close()]);
      await rm(policies, { recursive: true, force: true });
    },
  };
}

/** A target in a group of its own: a backend, or a provider of the suite's own with one of its models. */
export type Target = BackendName | { readonly provider: string; readonly model: string };

/** A virtual model and the targets asked in turn; `rule` holds the rule's other fields. */
export function route(model: string, targets: readonly Target[], rule: PolicyObject = {}): PolicyObject {
  const groups = targets.map((target, index) => ({
    name: `group-${index + 1}`,
    targets: [typeof target === "string" ? { provider: target, model: BACKENDS[target].model } : target],
  }));
  return {
    apiVersion: "fairlead.dev/v1alpha1",
    kind: "RoutingPolicy",
    metadata: { name: model },
    spec: { models: [{ name: model }], rules: [{ name: "everyone", groups, ...rule }] },
  };
}

/** A consumer with one key, who may use these models. */
export async function consumer(name: string, { key, models, pepper }: ConsumerOptions): Promise<PolicyObject> {
  const id = parseApiKey(key)?.id ?? "";
  return {
    apiVersion: "fairlead.dev/v1alpha1",
    kind: "Consumer",
    metadata: { name },
    spec: { keys: [{ name: "only", id, hash: `v1:${await hashApiKey(key, pepper)}` }], allow: { models } },
  };
}

interface ConsumerOptions {
  readonly key: string;
  readonly pepper: string;
  readonly models: readonly string[];
}

/** One attempt and no more. */
export const ONCE: PolicyObject = { failover: { maxAttempts: 1 } };

/** `prefix-backend` for every backend, each asked once. */
export function routesToEach(prefix: string, rule: PolicyObject = {}): readonly PolicyObject[] {
  return BACKEND_NAMES.map((name) => route(`${prefix}-${name}`, [name], { ...ONCE, ...rule }));
}
