import compiled from "fairlead:policy";
import openRedisLedger from "fairlead:redis";
import { createAuthoriser } from "./adapters/credentials/authorise.ts";
import { createObjectNamespace, type ObjectNamespace } from "./adapters/durable-object/objects.ts";
import { createRemoteObjectNamespace } from "./adapters/durable-object/remote-objects.ts";
import { createDurableAnswerStore } from "./adapters/durable-object/answer-store.ts";
import { createDurableAuditLog } from "./adapters/durable-object/audit-log.ts";
import { createDurableControlPlane } from "./adapters/durable-object/control-plane.ts";
import { createDurableHealthHub, HUB_NAME } from "./adapters/durable-object/health-hub.ts";
import { createDurableKeyRegistry } from "./adapters/durable-object/key-registry.ts";
import { createDurableIdempotencyStore } from "./adapters/durable-object/idempotency-store.ts";
import { createDurableLedger } from "./adapters/durable-object/ledger.ts";
import { createMemoryAlarms } from "./adapters/memory/alarms.ts";
import { createApiKey } from "./core/api-key.ts";
import { KnownRequests } from "./core/cache/known-requests.ts";
import { CACHE_SECRET_VARIABLE, readCacheSecret } from "./core/cache/read-cache-secret.ts";
import { TenantSecrets } from "./core/cache/tenant-secrets.ts";
import { LivePolicies } from "./core/control/live-policies.ts";
import { IsolateHealth } from "./core/health/isolate-health.ts";
import { Identities } from "./core/identity/identities.ts";
import { VerifiedTokens } from "./core/identity/verified-tokens.ts";
import { ExpectedOutput } from "./core/ledger/expected-output.ts";
import { openDocument } from "./core/policy/open-document.ts";
import { createHedgeBudget } from "./core/routing/hedge-budget.ts";
import { IsolateAnswers } from "./pipeline/answers/isolate-answers.ts";
import { Control } from "./pipeline/control.ts";
import { LiveKeys } from "./pipeline/identity/live-keys.ts";
import { IsolateIdempotency } from "./pipeline/isolate-idempotency.ts";
import { KeySets } from "./pipeline/identity/key-sets.ts";
import { IsolateLedger } from "./pipeline/isolate-ledger.ts";
import { createDurableUsageSink } from "./adapters/durable-object/usage-sink.ts";
import { fetchIssuerDocuments } from "./adapters/http/fetch-issuer-document.ts";
import { fetchUpstream } from "./adapters/http/fetch-upstream.ts";
import { createMemoryHealth } from "./adapters/memory/health.ts";
import { createMemoryKeyRing } from "./adapters/memory/key-ring.ts";
import { createSimulator } from "./adapters/simulator/simulator.ts";
import type { CompiledPolicy } from "./core/policy/compiled.ts";
import { linkPolicy } from "./core/policy/link.ts";
import { createRetryBudget } from "./core/routing/retry-budget.ts";
import { createSlots } from "./core/slots.ts";
import { WrongKeys } from "./core/wrong-keys.ts";
import { createVerifiedKeys } from "./core/verified-keys.ts";
import { DIALECT_FACTS } from "./dialects/index.ts";
import type { Bindings } from "./http/app.ts";
import type { LedgerStore } from "./ports/ledger-records.ts";

/** The Worker's environment: bindings of `adapters/bindings.ts`, and secrets under the names that policies give them. */
export interface Env {
  readonly USAGE_LOG: DurableObjectNamespace;
  readonly HEALTH_HUB: DurableObjectNamespace;
  readonly TENANT_LEDGER: DurableObjectNamespace;
  readonly KEY_REGISTRY: DurableObjectNamespace;
  readonly IDEMPOTENCY_KEYS: DurableObjectNamespace;
  readonly AUDIT_LOG: DurableObjectNamespace;
  readonly ANSWER_STORE: DurableObjectNamespace;
  /** The object host that local router processes share. Where it is bound, no namespace is; a deployed Worker never has it. */
  readonly OBJECTS?: Fetcher;
  readonly [variable: string]: unknown;
}

/** Whoever waits for another request's answer waits twice as long as that may take, and a little for the way. */
const LONGEST_FOLLOWING_MS = 25_000;
/** One for the deployment: a key is found before its tenant is known. */
const REGISTRY_NAME = "keys";
/** One for the deployment: what concerns all tenants stands in one order with the rest. */
const AUDIT_NAME = "audit";

/** Composition root: the only place that knows every adapter. Called once per isolate. */
export function createDeps(env: Env): Bindings["deps"] {
  const readVariable = (name: string): string | undefined => {
    const value = env[name];
    return typeof value === "string" ? value : undefined;
  };
  const linking = { readSecret: readVariable, dialects: DIALECT_FACTS };
  const policy = linkPolicy(compiled, linking);
  const simulator = createSimulator();
  const { OBJECTS: objectHost } = env;
  const objectsOf = (className: string, namespace: DurableObjectNamespace, timeoutMs?: number): ObjectNamespace =>
    objectHost === undefined
      ? createObjectNamespace(namespace, timeoutMs)
      : createRemoteObjectNamespace(objectHost, className, timeoutMs);
  const hubs = objectsOf("HealthHub", env.HEALTH_HUB);
  const policies = new LivePolicies(policy, compiled.digest);
  const isolateId = crypto.randomUUID();
  const isolateHealth = new IsolateHealth(isolateId, Date.now());
  const controlPlane = createDurableControlPlane(hubs, HUB_NAME);
  const verifiedKeys = createVerifiedKeys();
  const keyRegistry = createDurableKeyRegistry(objectsOf("KeyRegistry", env.KEY_REGISTRY), REGISTRY_NAME);
  const keys = new LiveKeys({
    policy: createMemoryKeyRing(policy.consumers),
    consumers: policy.consumers,
    registry: keyRegistry,
    verifiedKeys,
    now: () => Date.now(),
  });
  const ledger = openLedger(readVariable) ?? createDurableLedger(objectsOf("TenantLedger", env.TENANT_LEDGER));
  const control = new Control({
    hub: createDurableHealthHub(hubs, HUB_NAME),
    plane: controlPlane,
    health: isolateHealth,
    policies,
    keys,
    link: async (document, ref) => {
      const opened = await openDocument(document, ref, linking);
      return opened.kind === "opened" && opened.digest === ref.digest ? opened.policy : null;
    },
  });
  // oxlint-disable-next-line no-console -- the platform's log is where people are paged from
  const alarms = createMemoryAlarms((line) => console.error(line));
  const answerStore = createDurableAnswerStore(
    objectsOf("AnswerStore", env.ANSWER_STORE),
    objectsOf("AnswerStore", env.ANSWER_STORE, LONGEST_FOLLOWING_MS),
  );
  const cacheSecret = readCacheSecret(readVariable(CACHE_SECRET_VARIABLE));
  const { routes }: CompiledPolicy = compiled;
  if (cacheSecret === null && routes.some(({ cache }) => cache !== null))
    alarms.raise({ kind: "cache_secret_missing", subject: CACHE_SECRET_VARIABLE, at: Date.now() });
  return {
    policies,
    bundledDigest: compiled.digest,
    consumers: policy.consumers,
    newApiKey: (environment) =>
      createApiKey({ plane: "data", environment }, (length) => crypto.getRandomValues(new Uint8Array(length))),
    records: ledger,
    audit: createDurableAuditLog(objectsOf("AuditLog", env.AUDIT_LOG), AUDIT_NAME),
    // oxlint-disable-next-line no-console -- the platform's log is where the heads of the audit log are kept beside it
    log: (line) => console.log(line),
    openDocument: (text) => openDocument(text, { epoch: 0, generation: 0 }, linking),
    keys,
    keyRegistry,
    readPepper: (version) => readVariable(`FAIRLEAD_PEPPER_${version.toUpperCase()}`),
    adminKeyHash: readVariable("FAIRLEAD_ADMIN_KEY_HASH"),
    verifiedKeys,
    identities: new Identities(policy.gateway.authentication, policy.consumers),
    keySets: new KeySets(fetchIssuerDocuments),
    verifiedTokens: new VerifiedTokens(),
    wrongKeys: new WrongKeys(),
    verifiedTransactions: new VerifiedTokens(),
    books: new IsolateLedger({
      ledger,
      isolate: isolateId,
      newId: () => crypto.randomUUID(),
      alarms,
    }),
    idempotency: new IsolateIdempotency(createDurableIdempotencyStore(objectsOf("IdempotencyKeys", env.IDEMPOTENCY_KEYS))),
    expectedOutput: new ExpectedOutput(),
    answers: new IsolateAnswers(cacheSecret === null ? null : answerStore),
    answerAdmin: cacheSecret === null ? null : answerStore,
    answerSecrets: new TenantSecrets(cacheSecret ?? crypto.getRandomValues(new Uint8Array(32))),
    knownRequests: new KnownRequests(),
    health: createMemoryHealth(isolateHealth),
    control,
    controlPlane,
    alarms,
    usage: createDurableUsageSink(objectsOf("UsageLog", env.USAGE_LOG)),
    upstream: { send: (call) => (call.transport === "simulator" ? simulator : fetchUpstream).send(call) },
    authoriser: createAuthoriser({ fetch: (url, init) => fetch(url, init), now: () => Date.now() }),
    retryBudget: createRetryBudget(policy.gateway.retryBudget),
    hedgeBudget: createHedgeBudget(),
    streams: createSlots(),
    copies: createSlots(),
  };
}

/** The books in the Redis that the policy of this build names, whatever is rolled out later; null where it names none. */
function openLedger(readVariable: (name: string) => string | undefined): LedgerStore | null {
  const { redis } = compiled.gateway.ledger;
  if (redis === null) return null;
  if (openRedisLedger === null) throw new Error("The policy names a Redis, and this Worker was built without its client.");
  return openRedisLedger({ ...redis, token: readVariable(redis.variable), now: () => Date.now() });
}
