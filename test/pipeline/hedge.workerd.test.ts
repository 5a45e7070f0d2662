import { expect, inject, it } from "vitest";
import type { Bindings } from "../../src/http/app.ts";
import { handle } from "../../src/http/handle.ts";
import type { Upstream, UpstreamCall } from "../../src/ports/upstream.ts";
import { createBindings, providerNamed, requestOf } from "../workerd/in-memory.ts";

/** Races run; nothing bounds the share of hedged requests here. Streams are pumped: the runtime pipes only bodies that were fetched. */
const RACES = inject("isFull") ? 5_000 : 300;
const WIDTH = 50;
const EVENTS = 12;

const POLICY = `${providerNamed("one")}${providerNamed("two")}---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: raced }
spec:
  models: [{ name: raced }]
  rules:
    - name: everyone
      groups: [{ name: first, targets: [{ provider: one, model: m }] }, { name: second, targets: [{ provider: two, model: m }] }]
      failover: { hedge: { minDelay: 1ms } }
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

async function ask(
  deps: Bindings["deps"],
): Promise<{ readonly text: string; readonly target: string | null; readonly attempts: number }> {
  const response = await handle(requestOf({ model: "raced", stream: true }), deps, { waitUntil: () => undefined });
  return {
    text: await response.text(),
    target: response.headers.get("x-fairlead-target"),
    attempts: Number(response.headers.get("x-fairlead-attempts")),
  };
}

it(`gives the whole answer of one target and no byte of the other in ${RACES} races`, { timeout: 600_000 }, async () => {
  const upstream = new RacingUpstream();
  const bindings = await createBindings(POLICY, upstream);
  const deps = {
    ...bindings,
    // Every first attempt counts as late after a millisecond, and any number may be raced.
    health: { ...bindings.health, ttftMs: () => 1 },
    hedgeBudget: { recordRequest: () => undefined, tryTake: () => true },
  };
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
