import { expect, inject, it } from "vitest";
import { createAuthoriser } from "../../src/adapters/credentials/authorise.ts";
import { createMemoryAlarms } from "../../src/adapters/memory/alarms.ts";
import { createMemoryHealth } from "../../src/adapters/memory/health.ts";
import { createMemoryHealthHub } from "../../src/adapters/memory/health-hub.ts";
import { createMemoryKeyRing } from "../../src/adapters/memory/key-ring.ts";
import { createMemoryLedger } from "../../src/adapters/memory/ledger.ts";
import { createMemoryResponseCache } from "../../src/adapters/memory/response-cache.ts";
import { createMemoryUsageSink } from "../../src/adapters/memory/usage-sink.ts";
import { createApiKey, parseApiKey } from "../../src/core/api-key.ts";
import { LivePolicies } from "../../src/core/control/live-policies.ts";
import { hashApiKey } from "../../src/core/hash-api-key.ts";
import { IsolateHealth } from "../../src/core/health/isolate-health.ts";
import { compilePolicy } from "../../src/core/policy/compile.ts";
import { linkPolicy } from "../../src/core/policy/link.ts";
import { createSlots } from "../../src/core/slots.ts";
import { createRetryBudget } from "../../src/core/routing/retry-budget.ts";
import { createVerifiedKeys } from "../../src/core/verified-keys.ts";
import { DIALECT_FACTS } from "../../src/dialects/index.ts";
import type { Bindings } from "../../src/http/app.ts";
import { handle } from "../../src/http/handle.ts";
import { Control } from "../../src/pipeline/control.ts";
import type { Upstream, UpstreamCall } from "../../src/ports/upstream.ts";

/** Races run; nothing bounds the share of hedged requests here. Streams are pumped: the runtime pipes only bodies that were fetched. */
const RACES = inject("isFull") ? 5_000 : 300;
const WIDTH = 50;
const EVENTS = 12;
const PEPPER = "pepper-of-a-test";
const KEY = createApiKey({ plane: "data", environment: "test" }, (length) => new Uint8Array(length).fill(7));

const policyText = async (): Promise<string> => `
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: one }
spec: { endpoint: { baseURL: "https://one.example.com/v1" } }
---
apiVersion: fairlead.dev/v1alpha1
kind: LLMProvider
metadata: { name: two }
spec: { endpoint: { baseURL: "https://two.example.com/v1" } }
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: raced }
spec:
  models: [{ name: raced }]
  rules:
    - name: everyone
      groups: [{ name: first, targets: [{ provider: one, model: m }] }, { name: second, targets: [{ provider: two, model: m }] }]
      failover: { hedge: { minDelay: 1ms } }
---
apiVersion: fairlead.dev/v1alpha1
kind: Consumer
metadata: { name: app }
spec: { keys: [{ name: only, id: "${parseApiKey(KEY)?.id ?? ""}", hash: "v1:${await hashApiKey(KEY, PEPPER)}" }] }
`;

/** Streams whose every event says who sent it, begun at any time and sent in pieces of any size, at any pace. */
class RacingUpstream implements Upstream {
  abandoned = 0;
  #state = 20_261_121;

  async send({ signal, url }: UpstreamCall): Promise<Response> {
    const who = new URL(url).host.split(".")[0] ?? "";
    await this.#pause(8);
    const transit = new IdentityTransformStream(); // the runtime's own stream, as a fetched body is
    void this.#write(who, transit.writable.getWriter(), signal).catch(() => undefined);
    return new Response(transit.readable, { headers: { "content-type": "text/event-stream" } });
  }

  async #write(who: string, writer: WritableStreamDefaultWriter<Uint8Array>, signal: AbortSignal | null): Promise<void> {
    const chunk = (delta: object, finish: string | null): string =>
      `data: ${JSON.stringify({ id: who, object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const events = Array.from({ length: EVENTS }, () => chunk({ content: `<${who}>` }, null));
    const text = `${events.join("")}${chunk({}, "stop")}data: [DONE]\n\n`;
    for (let at = 0; at < text.length;) {
      if (signal?.aborted === true) {
        this.abandoned += 1;
        await writer.abort(new Error("abandoned"));
        return;
      }
      const size = 1 + Math.floor(this.#draw() * 900);
      await writer.write(new TextEncoder().encode(text.slice(at, at + size)));
      at += size;
      await this.#pause(2);
    }
    await writer.close();
  }

  /** Up to `mostMs`, often not at all: what comes in the same turn is where races go wrong. */
  async #pause(mostMs: number): Promise<void> {
    const ms = Math.floor(this.#draw() * (mostMs + 1)) - 1;
    if (ms >= 0) await new Promise((done) => setTimeout(done, ms));
  }

  /** Park–Miller, [0, 1). */
  #draw(): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return this.#state / 2_147_483_647;
  }
}

async function createBindings(upstream: Upstream): Promise<Bindings["deps"]> {
  const files = [{ path: "policy.yaml", text: await policyText() }];
  const compiled = await compilePolicy({ files, catalogue: {}, environment: {}, epoch: 1, generation: 1 });
  if (compiled.kind === "rejected") throw new Error(compiled.problems.map(({ message }) => message).join("; "));
  const policy = linkPolicy(compiled.policy, { readSecret: () => undefined, dialects: DIALECT_FACTS });
  const isolateHealth = new IsolateHealth("isolate", Date.now());
  const policies = new LivePolicies(policy, "0".repeat(64));
  const plane = { document: async () => null };
  return {
    policies,
    keys: createMemoryKeyRing(policy.consumers),
    readPepper: () => PEPPER,
    adminKeyHash: undefined,
    verifiedKeys: createVerifiedKeys(),
    ledger: createMemoryLedger(),
    cache: createMemoryResponseCache(),
    // Every first attempt counts as late after a millisecond.
    health: { ...createMemoryHealth(isolateHealth), ttftMs: () => 1 },
    control: new Control({ hub: createMemoryHealthHub(), plane, health: isolateHealth, policies, link: async () => null }),
    controlPlane: {
      ...plane,
      read: () => Promise.reject(new Error("not here")),
      change: () => Promise.reject(new Error("not here")),
      publish: () => Promise.reject(new Error("not here")),
    },
    alarms: createMemoryAlarms(() => undefined),
    usage: createMemoryUsageSink(),
    upstream,
    authoriser: createAuthoriser({ fetch: () => Promise.reject(new Error("not here")), now: () => Date.now() }),
    retryBudget: createRetryBudget({ percent: 100, floorPerSecond: 1_000 }),
    hedgeBudget: { recordRequest: () => undefined, tryTake: () => true },
    streams: createSlots(),
    copies: createSlots(),
    bundledDigest: "",
    openDocument: () => Promise.reject(new Error("not here")),
  };
}

async function ask(
  deps: Bindings["deps"],
): Promise<{ readonly text: string; readonly target: string | null; readonly attempts: number }> {
  const request = new Request("https://router.example.com/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "raced", stream: true, messages: [{ role: "user", content: "Hello!" }] }),
  });
  const response = await handle(request, deps, { waitUntil: () => undefined });
  return {
    text: await response.text(),
    target: response.headers.get("x-fairlead-target"),
    attempts: Number(response.headers.get("x-fairlead-attempts")),
  };
}

it(`gives the whole answer of one target and no byte of the other in ${RACES} races`, { timeout: 600_000 }, async () => {
  const upstream = new RacingUpstream();
  const deps = await createBindings(upstream);
  const won = { one: 0, two: 0 };
  let raced = 0;
  while (raced < RACES) {
    const answers = await Promise.all(Array.from({ length: WIDTH }, () => ask(deps)));
    for (const { attempts, target, text } of answers) {
      const who = target === "two/m" ? "two" : "one";
      won[who] += 1;
      if (attempts === 2) raced += 1;
      const other = who === "one" ? "<two>" : "<one>";
      expect([text.split(`<${who}>`).length - 1, text.includes(other), text.endsWith("data: [DONE]\n\n")]).toEqual([
        EVENTS,
        false,
        true,
      ]);
    }
  }
  // Both won often: otherwise nothing was shown.
  expect(Math.min(won.one, won.two)).toBeGreaterThan(RACES / 20);
  expect(upstream.abandoned).toBeGreaterThan(RACES / 20);
});
