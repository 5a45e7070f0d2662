import compiled from "fairlead:policy";
import { createAuthoriser } from "./adapters/credentials/authorise.ts";
import { createObjectNamespace, type ObjectNamespace } from "./adapters/durable-object/objects.ts";
import { createRemoteObjectNamespace } from "./adapters/durable-object/remote-objects.ts";
import { createDurableUsageSink } from "./adapters/durable-object/usage-sink.ts";
import { fetchUpstream } from "./adapters/http/fetch-upstream.ts";
import { createMemoryHealth } from "./adapters/memory/health.ts";
import { createMemoryKeyRing } from "./adapters/memory/key-ring.ts";
import { createMemoryLedger } from "./adapters/memory/ledger.ts";
import { createStaticPolicySource } from "./adapters/memory/policy-source.ts";
import { createMemoryResponseCache } from "./adapters/memory/response-cache.ts";
import { createSimulator } from "./adapters/simulator/simulator.ts";
import { linkPolicy } from "./core/policy/link.ts";
import { createRetryBudget } from "./core/routing/retry-budget.ts";
import { createStreamSlots } from "./core/stream-slots.ts";
import { createVerifiedKeys } from "./core/verified-keys.ts";
import { DIALECT_FACTS } from "./dialects/index.ts";
import type { Bindings } from "./http/app.ts";

/** The Worker's environment: bindings of `adapters/bindings.ts`, and secrets under the names that policies give them. */
export interface Env {
  readonly USAGE_LOG: DurableObjectNamespace;
  /** The object host that local router processes share. Where it is bound, no namespace is; a deployed Worker never has it. */
  readonly OBJECTS?: Fetcher;
  readonly [variable: string]: unknown;
}

/** Composition root: the only place that knows every adapter. Called once per isolate. */
export function createDeps(env: Env): Bindings["deps"] {
  const readVariable = (name: string): string | undefined => {
    const value = env[name];
    return typeof value === "string" ? value : undefined;
  };
  const policy = linkPolicy(compiled, { readSecret: readVariable, dialects: DIALECT_FACTS });
  const simulator = createSimulator();
  const { OBJECTS: objectHost } = env;
  const objectsOf = (className: string, namespace: DurableObjectNamespace): ObjectNamespace =>
    objectHost === undefined ? createObjectNamespace(namespace) : createRemoteObjectNamespace(objectHost, className);
  return {
    policies: createStaticPolicySource(policy),
    keys: createMemoryKeyRing(policy.consumers),
    readPepper: (version) => readVariable(`FAIRLEAD_PEPPER_${version.toUpperCase()}`),
    adminKeyHash: readVariable("FAIRLEAD_ADMIN_KEY_HASH"),
    verifiedKeys: createVerifiedKeys(),
    ledger: createMemoryLedger(),
    cache: createMemoryResponseCache(),
    health: createMemoryHealth(),
    usage: createDurableUsageSink(objectsOf("UsageLog", env.USAGE_LOG)),
    upstream: { send: (call) => (call.transport === "simulator" ? simulator : fetchUpstream).send(call) },
    authoriser: createAuthoriser({ fetch: (url, init) => fetch(url, init), now: () => Date.now() }),
    retryBudget: createRetryBudget(policy.gateway.retryBudget),
    streams: createStreamSlots(),
  };
}
