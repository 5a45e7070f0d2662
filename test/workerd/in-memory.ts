import { createAuthoriser } from "../../src/adapters/credentials/authorise.ts";
import { createMemoryAuditLog } from "../../src/adapters/memory/audit-log.ts";
import { createMemoryAlarms } from "../../src/adapters/memory/alarms.ts";
import { createMemoryHealth } from "../../src/adapters/memory/health.ts";
import { createMemoryHealthHub } from "../../src/adapters/memory/health-hub.ts";
import { createMemoryIdempotencyStore } from "../../src/adapters/memory/idempotency-store.ts";
import { createMemoryKeyRing } from "../../src/adapters/memory/key-ring.ts";
import { createMemoryKeyRegistry } from "../../src/adapters/memory/key-registry.ts";
import { createMemoryLedger } from "../../src/adapters/memory/ledger.ts";
import { createMemoryUsageSink } from "../../src/adapters/memory/usage-sink.ts";
import { createApiKey, parseApiKey } from "../../src/core/api-key.ts";
import { KnownRequests } from "../../src/core/cache/known-requests.ts";
import { TenantSecrets } from "../../src/core/cache/tenant-secrets.ts";
import { LivePolicies } from "../../src/core/control/live-policies.ts";
import { hashApiKey } from "../../src/core/hash-api-key.ts";
import { IsolateHealth } from "../../src/core/health/isolate-health.ts";
import { Identities } from "../../src/core/identity/identities.ts";
import { VerifiedTokens } from "../../src/core/identity/verified-tokens.ts";
import { ExpectedOutput } from "../../src/core/ledger/expected-output.ts";
import { compilePolicy } from "../../src/core/policy/compile.ts";
import { linkPolicy } from "../../src/core/policy/link.ts";
import { createSlots } from "../../src/core/slots.ts";
import { createHedgeBudget } from "../../src/core/routing/hedge-budget.ts";
import { NOTHING_ANNOUNCED } from "../../src/core/registry/key-news.ts";
import { createRetryBudget } from "../../src/core/routing/retry-budget.ts";
import { WrongKeys } from "../../src/core/wrong-keys.ts";
import { createVerifiedKeys } from "../../src/core/verified-keys.ts";
import { DIALECT_FACTS } from "../../src/dialects/index.ts";
import type { Bindings } from "../../src/http/app.ts";
import { IsolateAnswers } from "../../src/pipeline/answers/isolate-answers.ts";
import { Control } from "../../src/pipeline/control.ts";
import { LiveKeys } from "../../src/pipeline/identity/live-keys.ts";
import { IsolateIdempotency } from "../../src/pipeline/isolate-idempotency.ts";
import { KeySets } from "../../src/pipeline/identity/key-sets.ts";
import { IsolateLedger } from "../../src/pipeline/isolate-ledger.ts";
import type { Upstream } from "../../src/ports/upstream.ts";

const PEPPER = "pepper-of-a-test";
const KEY = createApiKey({ plane: "data", environment: "test" }, (length) => new Uint8Array(length).fill(7));

/** Of the one key of the consumer. */
export const KEY_ID = parseApiKey(KEY)?.id ?? "";

const CONSUMER = async (): Promise<string> => `
---
apiVersion: fairlead.dev/v1alpha1
kind: Consumer
metadata: { name: app }
spec: { keys: [{ name: only, id: "${KEY_ID}", hash: "v1:${await hashApiKey(KEY, PEPPER)}" }] }
`;

/** A provider of that name at an address of its own, as one document. */
export function providerNamed(name: string): string {
  return `---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: ${name} }
spec: { endpoint: { baseURL: "https://${name}.example.com/v1" } }
`;
}

/** What one isolate works with where everything but the upstream is in memory; `policy`: documents, to which a consumer is added. */
export async function createBindings(policy: string, upstream: Upstream): Promise<Bindings["deps"]> {
  const files = [{ path: "policy.yaml", text: policy + (await CONSUMER()) }];
  const compiled = await compilePolicy({ files, catalogue: {}, environment: {}, epoch: 1, generation: 1 });
  if (compiled.kind === "rejected") throw new Error(compiled.problems.map(({ message }) => message).join("; "));
  const linked = linkPolicy(compiled.policy, { readSecret: () => undefined, dialects: DIALECT_FACTS });
  const isolateHealth = new IsolateHealth("isolate", Date.now());
  const policies = new LivePolicies(linked, "0".repeat(64));
  const alarms = createMemoryAlarms(() => undefined);
  const plane = { document: async () => null };
  const { now } = Date;
  const verifiedKeys = createVerifiedKeys();
  let told = NOTHING_ANNOUNCED;
  const keyRegistry = createMemoryKeyRegistry(now, (announcement) => {
    told = announcement;
  });
  const policyKeys = createMemoryKeyRing(linked.consumers);
  const keys = new LiveKeys({ policy: policyKeys, consumers: linked.consumers, registry: keyRegistry, verifiedKeys, now });
  const ledger = createMemoryLedger(() => Date.now());
  return {
    policies,
    keys,
    keyRegistry,
    readPepper: () => PEPPER,
    adminKeyHash: undefined,
    verifiedKeys,
    identities: new Identities(linked.gateway.authentication, linked.consumers),
    keySets: new KeySets({ read: async () => ({ kind: "unavailable", message: "not here" }) }),
    verifiedTokens: new VerifiedTokens(),
    verifiedTransactions: new VerifiedTokens(),
    records: ledger,
    wrongKeys: new WrongKeys(),
    books: new IsolateLedger({
      ledger,
      isolate: "isolate",
      newId: () => crypto.randomUUID(),
      alarms,
    }),
    idempotency: new IsolateIdempotency(createMemoryIdempotencyStore(() => Date.now())),
    expectedOutput: new ExpectedOutput(),
    answers: new IsolateAnswers(null),
    answerAdmin: null,
    answerSecrets: new TenantSecrets(new Uint8Array(32)),
    knownRequests: new KnownRequests(),
    health: createMemoryHealth(isolateHealth),
    control: new Control({
      hub: createMemoryHealthHub({ keys: () => told }),
      plane,
      health: isolateHealth,
      policies,
      keys,
      link: async () => null,
    }),
    controlPlane: {
      ...plane,
      read: () => Promise.reject(new Error("not here")),
      change: () => Promise.reject(new Error("not here")),
      publish: () => Promise.reject(new Error("not here")),
    },
    alarms,
    usage: createMemoryUsageSink(),
    upstream,
    authoriser: createAuthoriser({ fetch: () => Promise.reject(new Error("not here")), now: () => Date.now() }),
    retryBudget: createRetryBudget({ percent: 100, floorPerSecond: 1_000 }),
    hedgeBudget: createHedgeBudget(),
    streams: createSlots(),
    copies: createSlots(),
    bundledDigest: "",
    consumers: linked.consumers,
    newApiKey: () => KEY,
    audit: createMemoryAuditLog(() => Date.now()),
    log: () => undefined,
    openDocument: () => Promise.reject(new Error("not here")),
  };
}

/** A call of that consumer's. */
export function requestOf(body: object, signal: AbortSignal | null = null): Request {
  return new Request("https://router.example.com/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ messages: [{ role: "user", content: "Hello!" }], ...body }),
    signal,
  });
}
