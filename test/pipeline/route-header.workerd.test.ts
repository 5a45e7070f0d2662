import { expect, it } from "vitest";
import { handle } from "../../src/http/handle.ts";
import type { Upstream } from "../../src/ports/upstream.ts";
import { createBindings, providerNamed, requestOf } from "../workerd/in-memory.ts";

const POLICY = `${providerNamed("one")}---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: inner }
spec: { models: [{ name: inner }], rules: [{ name: all, groups: [{ name: only, targets: [{ provider: one, model: m }] }] }] }
---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: outer }
spec: { models: [{ name: outer }], rules: [{ name: all, groups: [{ name: by, model: inner }] }] }
`;

const ANSWER = { id: "x", object: "chat.completion", created: 1, model: "m" };
const MESSAGE = { index: 0, finish_reason: "stop", message: { role: "assistant", content: "hi" } };
const upstream: Upstream = { send: async () => Response.json({ ...ANSWER, choices: [MESSAGE] }) };

it.each([
  ["inner", "outer"],
  ["outer", "inner"],
])("an answer names the route that decided it, also where two share a target: %s, then %s", async (...models) => {
  const deps = await createBindings(POLICY, upstream);
  for (const model of [...models, ...models]) {
    const response = await handle(requestOf({ model }), deps, { waitUntil: () => undefined });
    expect(response.headers.get("x-fairlead-target")).toBe("one/m");
    expect(response.headers.get("x-fairlead-route")).toBe(`default/${model}/all`);
  }
});
