import { expect, it } from "vitest";
import { type Caller, toCaller } from "../../../src/core/caller.ts";
import { FairleadError } from "../../../src/core/errors.ts";
import { readWishes } from "../../../src/core/http/read-wishes.ts";
import { surfaceOf } from "../../../src/dialects/index.ts";
import { RequestRun } from "../../../src/http/request-run.ts";
import { once, type Underway } from "../../../src/pipeline/stages/once.ts";
import { createBindings, providerNamed } from "../../workerd/in-memory.ts";

const HEADERS = new Map([["idempotency-key", "key"]]);

const MODELS = { models: ["*"], features: null, providers: null, regions: null, tags: {}, expiresMs: null };

/** One isolate that is asked for the same chat, by whoever the credential names. */
async function startIsolate() {
  const deps = await createBindings(
    `${providerNamed("one")}---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: x }
spec: { models: [{ name: x }], rules: [{ name: everyone, groups: [{ name: only, targets: [{ provider: one, model: m }] }] }] }
`,
    { send: () => Promise.reject(new Error("nobody is asked")) },
  );
  const surface = surfaceOf("openai-chat");
  const { caps } = deps.policies.current().gateway;
  const address = { model: null, stream: false, query: "" };
  const asked = surface.decodeRequest("chat", '{"model":"x","messages":[{"role":"user","content":"hi"}]}', {
    caps,
    address,
    headers: HEADERS,
  });
  const [consumer] = deps.policies.current().consumers;
  const ask = (keyId: string, carryOut: () => Underway, changed: Partial<Caller> = {}): Promise<Response> => {
    const facts = { headers: HEADERS, path: "/v1/chat/completions", query: "", dialect: "openai-chat" } as const;
    const run = new RequestRun(new Request("https://router.example.com"), facts, { waitUntil: () => undefined });
    const caller = { ...toCaller(consumer ?? expect.unreachable(), { keyId }), ...changed };
    return once({ caller, epoch: deps.keys.epoch, asked, surface, wishes: readWishes(HEADERS), gate: null }, carryOut, {
      deps,
      run,
    });
  };
  return { ask };
}

const answering = (text: string) => (): Underway => ({
  settlement: { isCharged: true },
  response: Promise.resolve(new Response(text, { headers: { "content-type": "application/json" } })),
});
const failing = (isCharged: boolean) => (): Underway => ({
  settlement: { isCharged },
  response: Promise.reject(new FairleadError("upstream_timeout", "All are late.")),
});

it("keeps a failure that was charged, and lets one that was not be tried again", async () => {
  const charged = await startIsolate();
  await expect(charged.ask("key", failing(true))).rejects.toMatchObject({ code: "upstream_timeout", headers: {} });
  await expect(charged.ask("key", answering("second"))).rejects.toMatchObject({
    code: "upstream_timeout",
    attemptsSpent: true,
    headers: { "idempotent-replayed": "true" },
  });
  const free = await startIsolate();
  await expect(free.ask("key", failing(false))).rejects.toMatchObject({ code: "upstream_timeout" });
  expect(await (await free.ask("key", answering("second"))).text()).toBe("second");
});

it("knows a consumer by any of its API keys, and apart the subjects of tokens that call for it", async () => {
  const { ask } = await startIsolate();
  const texts = [];
  for (const keyId of ["key-1", "key-2", "jwt:login:ann", "jwt:login:bob", "jwt:login:ann"])
    texts.push(await (await ask(keyId, answering(`for ${keyId} ${texts.length}`))).text());
  expect(texts).toEqual(["for key-1 0", "for key-1 0", "for jwt:login:ann 2", "for jwt:login:bob 3", "for jwt:login:ann 2"]);
});

it("gives an answer to nobody who may no longer ask for it", async () => {
  const { ask } = await startIsolate();
  await (await ask("key", answering("told"))).text();
  await expect(ask("key", answering("again"), { access: { allow: [], block: [MODELS] } })).rejects.toMatchObject({
    code: "model_not_found",
  });
  expect(await (await ask("key", answering("again"))).text()).toBe("told");
});
