import { expect, it } from "vitest";
import type { Bindings } from "../../src/http/app.ts";
import { handle } from "../../src/http/handle.ts";
import type { Upstream } from "../../src/ports/upstream.ts";
import { createBindings, KEY_ID, providerNamed, requestOf } from "../workerd/in-memory.ts";

const POLICY = `${providerNamed("one")}---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: chat }
spec: { models: [{ name: chat }], rules: [{ name: all, groups: [{ name: only, targets: [{ provider: one, model: m }] }] }] }
`;
const MESSAGE = { index: 0, finish_reason: "stop", message: { role: "assistant", content: "hi" } };
const ANSWER = { id: "x", object: "chat.completion", created: 1, model: "m", choices: [MESSAGE] };
const STREAM = `data: ${JSON.stringify({ ...ANSWER, choices: [{ index: 0, delta: { content: "hi" }, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`;
const answers = {
  json: () => Response.json(ANSWER),
  stream: () => new Response(STREAM, { headers: { "content-type": "text/event-stream" } }),
};

/** An isolate that hears of something while its upstream answers; how often that was asked. */
async function answerWhile(happens: (deps: Bindings["deps"]) => Promise<void>, kind: keyof typeof answers) {
  let asked = 0;
  const upstream: Upstream = {
    send: async () => {
      asked += 1;
      await happens(deps);
      await hear(deps);
      return answers[kind]();
    },
  };
  const deps = await createBindings(POLICY, upstream);
  const request = requestOf({ model: "chat", stream: kind === "stream" });
  const response = await handle(request, deps, { waitUntil: () => undefined });
  return { status: response.status, text: await response.text(), asked };
}

function hear({ control }: Bindings["deps"]): Promise<void> {
  return control.refresh({ now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) });
}

/** Ends a key of the policy. */
function revoke(id: string): (deps: Bindings["deps"]) => Promise<void> {
  return async ({ keyRegistry }) => {
    await keyRegistry.change({ action: "revoke", tenant: "default", id, inPolicy: { expiresMs: null } });
  };
}

it.each(["json", "stream"] as const)(
  "an answer (%s) is withdrawn when its key is revoked while it comes, and not asked for again",
  async (kind) => {
    const { asked, status, text } = await answerWhile(revoke(KEY_ID), kind);
    expect([status, asked]).toEqual([401, 1]);
    expect(text).toContain("revoked_api_key");
  },
);

it.each(["json", "stream"] as const)("an answer (%s) is given when another key is revoked while it comes", async (kind) => {
  expect(await answerWhile(revoke("000000000000"), kind)).toMatchObject({ status: 200, asked: 1 });
});

it("no answer is given to who was let in before its request had arrived, and has been revoked by then", async () => {
  const deps = await createBindings(POLICY, { send: async () => answers.json() });
  const whole = requestOf({ model: "chat" });
  const text = await whole.clone().text();
  const { readable, writable } = new IdentityTransformStream();
  const send = async (): Promise<void> => {
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode(text.slice(0, 9)));
    await revoke(KEY_ID)(deps);
    await hear(deps);
    await writer.write(new TextEncoder().encode(text.slice(9)));
    await writer.close();
  };
  const sent = send();
  const request = new Request(whole.url, { method: "POST", headers: whole.headers, body: readable });
  const response = await handle(request, deps, { waitUntil: () => undefined });
  expect([response.status, await response.text()]).toEqual([401, expect.stringContaining("revoked_api_key")]);
  await sent;
});
