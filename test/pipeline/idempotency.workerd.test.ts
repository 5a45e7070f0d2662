import { describe, expect, it } from "vitest";
import { createMemoryIdempotencyStore } from "../../src/adapters/memory/idempotency-store.ts";
import type { Bindings } from "../../src/http/app.ts";
import { handle } from "../../src/http/handle.ts";
import { IsolateIdempotency } from "../../src/pipeline/isolate-idempotency.ts";
import type { IdempotencyStore } from "../../src/ports/idempotency-store.ts";
import type { Upstream } from "../../src/ports/upstream.ts";
import { createBindings, KEY_ID, providerNamed, requestOf } from "../workerd/in-memory.ts";

const policyOf = (gateway: string): string => `
apiVersion: fairlead.dev/v1alpha1
kind: LLMGateway
metadata: { name: keyed }
spec: { ${gateway} }
${providerNamed("one")}---
apiVersion: fairlead.dev/v1alpha1
kind: RoutingPolicy
metadata: { name: keyed }
spec:
  models: [{ name: x }]
  rules: [{ name: everyone, groups: [{ name: only, targets: [{ provider: one, model: m }] }] }]
`;

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

/** Every answer says which one it is. One that is late comes when the test lets it; a stream has three events and waits after the first. */
class CountingUpstream implements Upstream {
  calls = 0;
  isLate = false;
  /** The first so many calls. */
  refused = 0;
  isCut = false;
  /** Characters of an answer, in pieces that an event may have. */
  padding: readonly string[] = [];
  #go: () => void = () => undefined;

  letGo(): void {
    this.#go();
  }

  async send({ body }: { readonly body: string }): Promise<Response> {
    this.calls += 1;
    const call = this.calls;
    const gone = this.isLate ? new Promise<void>((resolve) => (this.#go = resolve)) : Promise.resolve();
    if (JSON.parse(body).stream === true) return this.#stream(`answer ${call}`, gone);
    await gone;
    if (call <= this.refused) return Response.json({ error: { message: "no" } }, { status: 400 });
    return Response.json({
      id: "c",
      object: "chat.completion",
      created: 1,
      model: "m",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: [`answer ${call}`, ...this.padding].join("") },
          finish_reason: "stop",
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
  }

  #stream(text: string, gone: Promise<void>): Response {
    const transit = new IdentityTransformStream();
    const writer = transit.writable.getWriter();
    const write = async (part: string): Promise<void> => writer.write(new TextEncoder().encode(part));
    const play = async (): Promise<void> => {
      await write(chunk({ content: text }));
      await gone;
      for (const content of this.padding) await write(chunk({ content }));
      if (this.isCut) return writer.abort(new Error("cut"));
      await write(`${chunk({ content: " more" })}${chunk({}, "stop")}data: [DONE]\n\n`);
      await writer.close();
    };
    void play().catch(() => undefined);
    return new Response(transit.readable, { headers: { "content-type": "text/event-stream" } });
  }
}

interface Lab {
  readonly upstream: CountingUpstream;
  readonly deps: Bindings["deps"];
  ask(asking?: Asking): Promise<Response>;
}

interface Asking {
  readonly key?: string | null;
  readonly body?: object;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One caller at one isolate. */
async function startLab(gateway = "", changed: Partial<Bindings["deps"]> = {}): Promise<Lab> {
  const upstream = new CountingUpstream();
  const deps = { ...(await createBindings(policyOf(gateway), upstream)), ...changed };
  const ask = async ({ body = {}, headers = {}, key = "key", signal }: Asking = {}): Promise<Response> => {
    const request = requestOf({ model: "x", ...body }, signal ?? null);
    for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
    if (key !== null) request.headers.set("idempotency-key", key);
    return handle(request, deps, { waitUntil: () => undefined });
  };
  return { upstream, deps, ask };
}

const codeOf = async (response: Response): Promise<readonly [number, string]> => {
  const { error } = await response.json<{ error: { code: string } }>();
  return [response.status, error.code];
};
const isReplayed = ({ headers }: Response): boolean => headers.get("idempotent-replayed") === "true";

describe("a request under an Idempotency-Key", () => {
  it("is carried out and booked once, and repeated word for word", async () => {
    const { ask, deps, upstream } = await startLab();
    const [first, second] = [await ask(), await ask({ headers: { "x-request-id": "mine", "x-stainless-retry-count": "1" } })];
    expect([isReplayed(first), isReplayed(second)]).toEqual([false, true]);
    expect(await second.text()).toBe(await first.text());
    expect(upstream.calls).toBe(1);
    for (const name of ["x-fairlead-target", "x-fairlead-route", "x-fairlead-request-id", "content-type"])
      expect(second.headers.get(name)).toBe(first.headers.get(name));
    expect(second.headers.get("x-request-id")).toBe("mine");
    expect(await deps.usage.recent("default", 10)).toHaveLength(1);
  });

  it("is another one under another key, and without a key", async () => {
    const { ask, upstream } = await startLab();
    for (const key of ["key", "Key", "key ", null, null]) await ask({ key });
    // White space around a header's value is no part of it.
    expect(upstream.calls).toBe(4);
  });

  it.each([
    ["another body", { body: { temperature: 0 } }],
    ["other preferences", { headers: { "x-fairlead-prefer": '{"sort":"price"}' } }],
  ])("is refused with %s", async (_, other) => {
    const { ask, upstream } = await startLab();
    await ask();
    expect(await codeOf(await ask(other))).toEqual([422, "idempotency_key_reused"]);
    expect(upstream.calls).toBe(1);
  });

  it.each(["", "a".repeat(256), "naïve"])("is refused under a key that is none: %j", async (key) => {
    const { ask, upstream } = await startLab();
    expect(await codeOf(await ask({ key }))).toEqual([400, "invalid_header"]);
    expect(upstream.calls).toBe(0);
  });

  it("is waited for by its duplicates", async () => {
    const { ask, upstream } = await startLab();
    upstream.isLate = true;
    const asked = [1, 2, 3, 4, 5].map(() => ask());
    await expect.poll(() => upstream.calls).toBe(1);
    const other = ask({ body: { temperature: 0 } });
    expect(await codeOf(await other)).toEqual([422, "idempotency_key_reused"]);
    upstream.letGo();
    const texts = await Promise.all(asked.map(async (answer) => (await answer).text()));
    expect(new Set(texts)).toHaveLength(1);
    expect(upstream.calls).toBe(1);
  });

  it("is waited for no longer than its duplicate may take", async () => {
    const { ask, upstream } = await startLab();
    upstream.isLate = true;
    const first = ask();
    await expect.poll(() => upstream.calls).toBe(1);
    const hasty = await ask({ headers: { "x-fairlead-timeout-ms": "50" } });
    expect(hasty.headers.get("retry-after")).toBe("1");
    expect(await codeOf(hasty)).toEqual([409, "idempotency_in_progress"]);
    upstream.letGo();
    expect((await first).status).toBe(200);
  });

  it("refuses its duplicates while it is under way where policy says so", async () => {
    const { ask, upstream } = await startLab("idempotency: { concurrent: Conflict }");
    upstream.isLate = true;
    const first = ask();
    await expect.poll(() => upstream.calls).toBe(1);
    expect(await codeOf(await ask())).toEqual([409, "idempotency_in_progress"]);
    upstream.letGo();
    await (await first).text();
    await expect.poll(async () => isReplayed(await ask())).toBe(true);
  });

  it("may be tried again where it came to nothing", async () => {
    const { ask, upstream } = await startLab();
    upstream.refused = 1;
    expect((await ask()).status).toBe(400);
    const second = await ask({ body: { temperature: 0 } });
    expect([second.status, isReplayed(second)]).toEqual([200, false]);
  });

  it("lets the next of its duplicates try where it came to nothing", async () => {
    const { ask, upstream } = await startLab();
    upstream.isLate = true;
    upstream.refused = 1;
    const asked = [1, 2, 3].map(() => ask());
    await expect.poll(() => upstream.calls).toBe(1);
    upstream.isLate = false;
    upstream.letGo();
    expect((await Promise.all(asked)).map((answer) => [answer.status, isReplayed(answer)])).toEqual([
      [400, false],
      [200, false],
      [200, true],
    ]);
    expect(upstream.calls).toBe(2);
  });

  it("is waited for by 256 at an isolate, and nobody else waits until they have gone", async () => {
    const { ask, upstream } = await startLab();
    upstream.isLate = true;
    const first = ask();
    await expect.poll(() => upstream.calls).toBe(1);
    const asked = Array.from({ length: 300 }, () => ask());
    expect(await codeOf(await ask())).toEqual([409, "idempotency_in_progress"]);
    upstream.letGo();
    const statuses = Map.groupBy(await Promise.all([first, ...asked]), ({ status }) => status);
    expect([statuses.get(200)?.length, statuses.get(409)?.length]).toEqual([257, 44]);
    expect((await ask()).status).toBe(200);
    expect(upstream.calls).toBe(1);
  });

  it("is told to nobody whose key is revoked while it waits", async () => {
    const { ask, deps, upstream } = await startLab();
    upstream.isLate = true;
    const asked = [ask(), ask()];
    await expect.poll(() => upstream.calls).toBe(1);
    const inPolicy = { expiresMs: null };
    await deps.keyRegistry.change({ action: "revoke", tenant: "default", id: KEY_ID, inPolicy });
    await deps.control.refresh({ now: () => Date.now(), sleep: () => new Promise(() => undefined) });
    upstream.letGo();
    const heard = await Promise.all(asked.map(async (answer) => codeOf(await answer)));
    expect(heard).toEqual([
      [401, "revoked_api_key"],
      [401, "revoked_api_key"],
    ]);
    expect(upstream.calls).toBe(1);
  });

  it("is not forgotten before its time, and is then", async () => {
    let now = Date.now();
    const idempotency = new IsolateIdempotency(createMemoryIdempotencyStore(() => now));
    const { ask } = await startLab("idempotency: { keep: 1h }", { idempotency });
    await (await ask()).text();
    now += 3_500_000;
    expect(isReplayed(await ask())).toBe(true);
    now += 200_000;
    expect(isReplayed(await ask())).toBe(false);
  });

  it("is answered and charged once where its answer is too large to be kept, and the duplicate hears that", async () => {
    const { ask, upstream } = await startLab();
    upstream.padding = Array.from({ length: 20 }, () => "x".repeat(220_000));
    for (const stream of [false, true]) {
      const first = await ask({ key: `large-${stream}`, body: { stream } });
      expect((await first.text()).length).toBeGreaterThan(4_300_000);
      const second = await ask({ key: `large-${stream}`, body: { stream } });
      expect(second.headers.get("x-should-retry")).toBe("false");
      expect(await codeOf(second)).toEqual([409, "idempotency_result_unavailable"]);
    }
    expect(upstream.calls).toBe(2);
  });
});

describe("a stream under an Idempotency-Key", () => {
  const body = { stream: true };

  it("passes as it comes, and is repeated with all its events", async () => {
    const { ask, upstream } = await startLab();
    upstream.isLate = true;
    const first = await ask({ body });
    const reader = first.body?.getReader() ?? expect.unreachable();
    const begun = await reader.read();
    expect(new TextDecoder().decode(begun.value)).toContain("answer 1");
    upstream.letGo();
    let text = new TextDecoder().decode(begun.value);
    for (let read = await reader.read(); !read.done; read = await reader.read()) text += new TextDecoder().decode(read.value);
    expect(text).toMatch(/ more.*data: \[DONE\]\n\n$/su);
    const second = await ask({ body });
    expect(isReplayed(second)).toBe(true);
    expect(second.headers.get("content-type")).toBe(first.headers.get("content-type"));
    expect(await second.text()).toBe(text);
    expect(upstream.calls).toBe(1);
  });

  it.each([true, false])("goes on when its caller leaves, for whoever repeats it (begun: %s)", async (isBegun) => {
    const { ask, deps, upstream } = await startLab();
    upstream.isLate = true;
    const caller = new AbortController();
    const first = ask({ body, signal: caller.signal });
    await expect.poll(() => upstream.calls).toBe(1);
    if (isBegun) await (await first).body?.getReader().read();
    caller.abort();
    const second = ask({ body });
    upstream.letGo();
    expect(await (await second).text()).toMatch(/answer 1.* more.*data: \[DONE\]\n\n$/su);
    expect(upstream.calls).toBe(1);
    expect(await deps.usage.recent("default", 10)).toMatchObject([{ outcome: "ok" }]);
  });

  it("is kept where the isolate has room for it, and gives its room back", async () => {
    const { ask, deps } = await startLab();
    const { room } = deps.idempotency;
    room.tryTake(32 * 1_048_576 - 2_000);
    for (const key of ["first", "second"]) {
      await (await ask({ body, key })).text();
      expect(isReplayed(await ask({ body, key }))).toBe(true);
    }
    expect(room.tryTake(2_001)).toBe(false);
    expect(room.tryTake(2_000)).toBe(true);
    await (await ask({ body, key: "third" })).text();
    expect(await codeOf(await ask({ body, key: "third" }))).toEqual([409, "idempotency_result_unavailable"]);
  });

  it("that was cut after it began is repeated as it was, and charged once", async () => {
    const { ask, upstream } = await startLab();
    upstream.isCut = true;
    const first = await (await ask({ body })).text();
    expect(first).toContain("stream_interrupted");
    upstream.isCut = false;
    expect(await (await ask({ body })).text()).toBe(first);
    expect(upstream.calls).toBe(1);
  });
});

describe("the records of keys", () => {
  const failing: IdempotencyStore = {
    claim: () => Promise.reject(new Error("away")),
    renew: () => Promise.reject(new Error("away")),
    end: () => Promise.reject(new Error("away")),
  };

  it("are needed by requests under a key alone: those are not sent without them", async () => {
    const { ask, upstream } = await startLab("", { idempotency: new IsolateIdempotency(failing) });
    const refused = await ask();
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await codeOf(refused)).toEqual([503, "idempotency_unavailable"]);
    expect(upstream.calls).toBe(0);
    expect((await ask({ key: null })).status).toBe(200);
  });

  it("get back what they gave to one who did not hear of it", async () => {
    const memory = createMemoryIdempotencyStore(() => Date.now());
    let isHeard = false;
    const unheard: IdempotencyStore = {
      ...memory,
      claim: async (key, claim) => {
        const claimed = await memory.claim(key, claim);
        return isHeard ? claimed : Promise.reject(new Error("late"));
      },
    };
    const { ask } = await startLab("", { idempotency: new IsolateIdempotency(unheard) });
    expect((await ask()).status).toBe(503);
    isHeard = true;
    expect((await ask()).status).toBe(200);
  });

  it("hear of an outcome when they are back", async () => {
    const memory = createMemoryIdempotencyStore(() => Date.now());
    let tries = 0;
    const stumbling: IdempotencyStore = {
      ...memory,
      end: (key, ending) => ((tries += 1) === 1 ? Promise.reject(new Error("away")) : memory.end(key, ending)),
    };
    const { ask, deps, upstream } = await startLab("", { idempotency: new IsolateIdempotency(stumbling) });
    await (await ask()).text();
    const elsewhere = { ...deps, idempotency: new IsolateIdempotency(memory) };
    const request = requestOf({ model: "x" });
    request.headers.set("idempotency-key", "key");
    expect(isReplayed(await handle(request, elsewhere, { waitUntil: () => undefined }))).toBe(true);
    expect([upstream.calls, tries]).toEqual([1, 2]);
  });
});
