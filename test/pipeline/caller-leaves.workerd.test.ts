import { expect, it } from "vitest";
import { handle } from "../../src/http/handle.ts";
import type { Upstream } from "../../src/ports/upstream.ts";
import { createBindings, providerNamed, requestOf } from "../workerd/in-memory.ts";

const TARGET = "default/one/m";
const POLICY = `
apiVersion: fairlead.dev/v1alpha1
kind: LLMGateway
metadata: { name: small }
spec: { caps: { liveStreams: 1 } }
${providerNamed("one")}---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: slow }
spec:
  models: [{ name: slow }]
  rules: [{ name: everyone, groups: [{ name: only, targets: [{ provider: one, model: m }] }] }]
`;

/** Answers nothing until the test lets it. */
class SilentUpstream implements Upstream {
  calls = 0;
  #answer: (response: Response) => void = () => undefined;

  send(): Promise<Response> {
    this.calls += 1;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  fail(): void {
    this.#answer(Response.json({ error: { message: "broken" } }, { status: 500 }));
  }
}

it.each([false, true])(
  "a caller who leaves before the answer gives back all that the request held (stream: %s)",
  async (stream) => {
    const upstream = new SilentUpstream();
    const deps = await createBindings(POLICY, upstream);
    // One stream at a time: the second is served only where the first has given its place back.
    for (let left = 0; left < 2; left += 1) {
      const caller = new AbortController();
      const answer = handle(requestOf({ model: "slow", stream }, caller.signal), deps, { waitUntil: () => undefined });
      await expect.poll(() => upstream.calls).toBe(left + 1);
      expect(deps.health.inFlight(TARGET)).toBe(1);
      caller.abort();
      expect(deps.health.inFlight(TARGET)).toBe(0);
      upstream.fail();
      await answer;
    }
    // Nobody was asked again after that.
    expect(upstream.calls).toBe(2);
    const events = await deps.usage.recent("default", 10);
    expect(events).toMatchObject([
      { outcome: "client_left", target: null, attempts: [{ target: "one/m", outcome: "abandoned" }] },
      { outcome: "client_left", target: null, attempts: [{ target: "one/m", outcome: "abandoned" }] },
    ]);
  },
);

it("a caller who stays is answered", async () => {
  const upstream = new SilentUpstream();
  const deps = await createBindings(POLICY, upstream);
  const answer = handle(requestOf({ model: "slow" }), deps, { waitUntil: () => undefined });
  await expect.poll(() => upstream.calls).toBe(1);
  upstream.fail();
  await expect.poll(() => upstream.calls, { timeout: 5_000 }).toBe(2);
  upstream.fail();
  await expect.poll(() => upstream.calls, { timeout: 5_000 }).toBe(3);
  upstream.fail();
  expect((await answer).status).toBe(502);
  expect(deps.health.inFlight(TARGET)).toBe(0);
});
