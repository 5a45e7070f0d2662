import type { IncomingMessage } from "node:http";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createAttemptLog } from "./attempts.ts";
import { startChaosUpstream } from "./index.ts";
import { askOverSocket, type AskOptions, type Wire } from "./socket-client.ts";

const clock = { nowMs: 1_800_000_000_000 };
const [upstream, brief] = await Promise.all([
  startChaosUpstream({ now: () => clock.nowMs }),
  startChaosUpstream({ keepsContents: false }),
]);
const messages = [{ role: "user", content: "Where is the harbour?" }];

beforeEach(() => {
  upstream.reset();
  brief.reset();
});
afterAll(() => Promise.all([upstream.close(), brief.close()]));

describe("the log of attempts", () => {
  it("says who called, when, and when content and end came", async () => {
    await ask("calm", { headers: { authorization: "Bearer sk-0" } });
    clock.nowMs += 50;
    await ask("calm", { headers: { "x-api-key": "sk-1" } }, false);
    await ask("F10");
    expect(upstream.attempts()).toMatchObject([
      { credential: "Bearer sk-0", status: 200, startedAtMs: clock.nowMs - 50, contentAtMs: clock.nowMs - 50 },
      { credential: "sk-1", status: 200, startedAtMs: clock.nowMs, contentAtMs: clock.nowMs, closedAtMs: clock.nowMs },
      { credential: "", status: 503, contentAtMs: null },
    ]);
  });

  it.each(["F02", "F05@hang=0", "F08@hang=0@interval=1", "F26@after=1"])("sees no content in %s", async (model) => {
    await ask(model, { leaveAfterMs: 50 });
    expect(upstream.attempts()).toMatchObject([{ contentAtMs: null }]);
  });

  it.each([true, false])("takes tool calls and vectors for content (stream: %s)", async (stream) => {
    await ask("calm@tools", {}, stream);
    await askOverSocket(upstream.port, { model: "vec", input: "ship" }, { path: "/v1/embeddings" });
    const base64 = { model: "vec", input: "ship", encoding_format: "base64" };
    await askOverSocket(upstream.port, base64, { path: "/v1/embeddings" });
    expect(upstream.attempts().map(({ contentAtMs }) => contentAtMs)).toEqual(Array(3).fill(clock.nowMs));
  });

  it("keeps no headers and bodies where it was told so, and counts all the same", async () => {
    for (let call = 0; call < 3; call += 1) {
      await askOverSocket(brief.port, { model: "calm", messages }, { headers: { authorization: "Bearer sk-0" } });
    }
    expect(brief.attempts()).toHaveLength(3);
    expect(brief.attempts()).toEqual(
      Array(3).fill(expect.objectContaining({ headers: {}, body: "", credential: "Bearer sk-0", model: "calm", status: 200 })),
    );
  });

  it("forgets the oldest of very many", () => {
    const log = createAttemptLog({ keepsContents: false, now: () => clock.nowMs });
    const request = { headersDistinct: {} } as IncomingMessage; // all that is read of it
    for (let call = 0; call < 200_001; call += 1) log.settle(log.open(request, "/v1/chat/completions"), "finished");
    const ids = log.list().map(({ id }) => id);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([100_001, 100_001, 200_001]);
    expect(log.live()).toBe(0);
  });
});

describe("a fault that is switched on", () => {
  it("meets every following request for that model, and no other, until it is switched off", async () => {
    const statuses = async () => [(await ask("one")).status, (await ask("one@events=2")).status, (await ask("two")).status];
    expect(await statuses()).toEqual([200, 200, 200]);
    upstream.setFault("one", "F10@status=502");
    expect(await statuses()).toEqual([502, 502, 200]);
    upstream.setFault("two", "F02");
    expect((await ask("two")).ended).toBe("rst");
    upstream.setFault("one", null);
    upstream.setFault("two", null);
    expect(await statuses()).toEqual([200, 200, 200]);
  });

  it("wins over a name and loses to a script", async () => {
    upstream.setFault("F09", "ok");
    upstream.script([{ behave: "F12" }]);
    expect([(await ask("F09")).status, (await ask("F09")).status]).toEqual([529, 200]);
    upstream.setFault("F09", null);
    expect((await ask("F09")).status).toBe(500);
    upstream.setFault("F09", "ok");
    upstream.reset();
    expect((await ask("F09")).status).toBe(500);
  });

  it("begins a target's state anew", async () => {
    upstream.setFault("one", "F29@up=5@down=5");
    clock.nowMs += 5_000;
    expect((await ask("one")).status).toBe(503);
    upstream.setFault("one", "F29@up=5@down=5");
    expect((await ask("one")).status).toBe(200);
  });

  it("can be switched by other processes", async () => {
    expect((await control({ model: "one", fault: "F10" })).status).toBe(200);
    expect((await ask("one")).status).toBe(503);
    expect((await control({ model: "one", fault: null })).status).toBe(200);
    expect((await ask("one")).status).toBe(200);
    for (const wrong of [{ model: "one" }, { fault: "F10" }, { model: 1, fault: null }, { model: "one", fault: "F99" }]) {
      expect((await control(wrong)).status).toBe(400);
    }
    expect(() => upstream.setFault("one", "dead")).toThrow('A behaviour is "ok" or a fault, not dead.');
  });
});

function control(body: object): Promise<Response> {
  return fetch(`http://127.0.0.1:${upstream.port}/__chaos/fault`, { method: "POST", body: JSON.stringify(body) });
}

function ask(model: string, options: AskOptions = {}, stream: boolean = true): Promise<Wire> {
  return askOverSocket(upstream.port, { model, messages, stream }, options);
}
