import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDraw } from "./draw.ts";
import { rampAt } from "./faults-of-target.ts";
import type { ChaosAttempt } from "./index.ts";
import { healthyJsonBytes, healthyStreamBytes, startChaosUpstream } from "./index.ts";
import type { AskOptions, Wire } from "./socket-client.ts";
import { askOverSocket, eventsOf } from "./socket-client.ts";

const START_MS = 1_800_000_000_000;
const clock = { nowMs: START_MS };
const upstream = await startChaosUpstream({ now: () => clock.nowMs });
const messages = [{ role: "user", content: "Where is the harbour?" }];
/** Longer than any test. */
const ENDLESS_MS = 600_000;

beforeEach(() => {
  upstream.reset();
  clock.nowMs = START_MS;
});
/** Whoever a test has left waiting leaves with it. */
let callers: Caller[] = [];
afterEach(async () => {
  for (const { leave } of callers) leave();
  callers = [];
  await expect.poll(() => upstream.live()).toBe(0);
});
afterAll(() => upstream.close());

describe.each([true, false])("a target's state (stream: %s)", (stream) => {
  const ask = (model: string, options: AskOptions = {}): Promise<Wire> =>
    askOverSocket(upstream.port, { model, messages, stream }, options);
  const statusAt = async (seconds: number, model: string, options: AskOptions = {}): Promise<number> => {
    clock.nowMs = START_MS + seconds * 1_000;
    return (await ask(model, options)).status;
  };

  it("F29 is up and down by turns, up first", async () => {
    const statuses = [];
    for (const seconds of [0, 4.9, 5, 9.9, 10, 14.9, 15]) statuses.push(await statusAt(seconds, "F29"));
    expect(statuses).toEqual([200, 200, 503, 503, 200, 200, 503]);
    upstream.reset();
    const model = "F29@up=1@down=2@status=502";
    const shorter = [];
    for (const seconds of [20, 20.9, 21, 22.9, 23]) shorter.push(await statusAt(seconds, model));
    expect(shorter).toEqual([200, 200, 502, 502, 200]);
  });

  it("F30 is as late as its place on the ramp says, and whole", async () => {
    expect(await ask("F30@ms=2@seconds=10")).toMatchObject({ status: 200, whole: true });
    clock.nowMs += 10_000;
    const startedMs = performance.now();
    const late = await ask("F30@ms=20@seconds=10");
    expect(performance.now() - startedMs).toBeGreaterThan(195);
    expect(late.body).toEqual(healthyBody("F30", stream));
  });

  it("F31 is slow for its share of answers, the same ones after a reset", async () => {
    const draw = createDraw(1);
    const slow = Array.from({ length: 40 }, () => draw() * 100 < 30).filter(Boolean).length;
    for (const _ of ["first", "after a reset"]) {
      const forty = Array.from({ length: 40 }, () => startFetch(`F31@share=30@ms=${ENDLESS_MS}`, stream));
      await expect.poll(() => closings("finished")).toBe(40 - slow);
      expect(upstream.live()).toBe(slow);
      for (const { leave } of forty) leave();
      await expect.poll(() => closings("client-left")).toBe(slow);
      upstream.reset();
    }
    expect((await ask(`F31@share=0@ms=${ENDLESS_MS}`)).body).toEqual(healthyBody("F31", stream));
    expect((await ask("F31@share=100@ms=5")).body).toEqual(healthyBody("F31", stream));
  });

  it("F31 and F30 keep the content back, not the stream's opening", async () => {
    for (const model of [`F31@share=100@ms=${ENDLESS_MS}`, `F30@ms=${ENDLESS_MS}`]) {
      const { answer, leave } = startFetch(model, stream);
      if (stream) {
        const { value } = (await (await answer)?.body?.getReader().read()) ?? {};
        expect(eventsOf(Buffer.from(value ?? []))).toMatchObject([{ choices: [{ delta: { role: "assistant", content: "" } }] }]);
      } else await expect.poll(() => upstream.live()).toBe(1);
      expect(lastAttempt()).toMatchObject({ status: stream ? 200 : null, contentAtMs: null, closed: "open" });
      leave();
      await expect.poll(() => lastAttempt().closed).toBe("client-left");
    }
  });

  it("F32 serves some, lets some wait and refuses the others", async () => {
    const [endless, brief] = [`F32@slots=2@queue=1@service=${ENDLESS_MS}`, "F32@slots=2@queue=1@service=1"];
    const [first] = [startFetch(endless, stream), startFetch(endless, stream)];
    await expect.poll(() => upstream.live()).toBe(2);
    const waiting = ask(brief);
    await expect.poll(() => upstream.live()).toBe(3);
    const refused = await ask(`${brief}@seconds=7`);
    expect([refused.status, /^retry-after: 7$/m.test(refused.head)]).toEqual([429, true]);
    expect((await ask("another-F32@slots=1@queue=0@service=1")).status).toBe(200);
    first?.leave();
    expect(await waiting).toMatchObject({ status: 200, whole: true, body: healthyBody("F32", stream) });
    // The place is free again, and so is the queue.
    expect((await ask(brief)).status).toBe(200);
  });

  it("F32 forgets who leaves while waiting", async () => {
    const [endless, brief] = [`F32@slots=1@queue=1@service=${ENDLESS_MS}`, "F32@slots=1@queue=1@service=1"];
    const serving = startFetch(endless, stream);
    await expect.poll(() => upstream.live()).toBe(1);
    const impatient = startFetch(brief, stream);
    await expect.poll(() => upstream.live()).toBe(2);
    impatient.leave();
    await expect.poll(() => upstream.live()).toBe(1);
    const patient = ask(brief);
    await expect.poll(() => upstream.live()).toBe(2);
    serving.leave();
    expect((await patient).status).toBe(200);
    expect(upstream.attempts().map(({ status }) => status)).toEqual([stream ? 200 : null, null, 200]);
  });

  it("F33 counts wrong in seven ways, and says the same", async () => {
    const told = [];
    for (let form = 0; form < 7; form += 1) told.push(await readCompletionTokens(`F33@events=4@form=${form}`));
    expect(told).toEqual([40, 0, -4, 1e308, "4", 4.5, null]);
    expect(await readCompletionTokens("calm@events=4")).toBe(4);
    expect((await askForUsage("F33@form=7")).status).toBe(400);
  });

  it("F34 accepts one key until it rotates, then another one", async () => {
    const model = "F34@seconds=10";
    const plan = [
      [0, "old", 200],
      [9.9, "new", 401],
      [9.9, "old", 200],
      [10, "old", 401],
      [10, "new", 200],
      [19.9, "old", 401],
      [20, "new", 401],
      [20, "old", 200],
    ] as const;
    const statuses = [];
    for (const [seconds, key] of plan) statuses.push(await statusAt(seconds, model, withKey(key)));
    expect(statuses).toEqual(plan.map(([, , status]) => status));
    expect((await ask("other-F34")).status).toBe(401);
    expect((await ask(`${model}@status=403`, withKey("new"))).status).toBe(403);
  });

  const askForUsage = (model: string): Promise<Wire> =>
    askOverSocket(upstream.port, { model, messages, stream, stream_options: { include_usage: true } });
  const readCompletionTokens = async (model: string): Promise<unknown> => {
    const { body } = await askForUsage(model);
    const { usage } = stream ? eventsOf(body).at(-1) : JSON.parse(body.toString());
    return usage.completion_tokens;
  };
});

describe("the ramp", () => {
  it("goes evenly from once to ten times, and stays there", () => {
    expect([0, 0.5, 1, 3].map(rampAt)).toEqual([1, 5.5, 10, 10]);
  });
});

describe("embeddings of such a target", () => {
  it("fail and miscount in the same ways", async () => {
    expect(JSON.parse((await embed("F33")).body.toString()).usage).toEqual({ prompt_tokens: 10, total_tokens: 10 });
    expect((await embed("F29@up=0")).status).toBe(503);
    expect((await embed("F32@service=1")).status).toBe(200);
  });
});

function embed(model: string): Promise<Wire> {
  return askOverSocket(upstream.port, { model, input: ["ship"] }, { path: "/v1/embeddings" });
}

function withKey(key: string): AskOptions {
  return { headers: { authorization: `Bearer ${key}` } };
}

interface Caller {
  /** Undefined when the caller left before its head came. */
  readonly answer: Promise<Response | undefined>;
  readonly leave: () => void;
}

function startFetch(model: string, stream: boolean): Caller {
  const leaving = new AbortController();
  const answer = fetch(`${upstream.url}/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ model, messages, stream }),
    signal: leaving.signal,
  }).catch(() => undefined);
  const caller = { answer, leave: () => leaving.abort() };
  callers.push(caller);
  return caller;
}

function healthyBody(model: string, stream: boolean): Buffer {
  return Buffer.from(stream ? healthyStreamBytes({ model, messages }) : healthyJsonBytes({ model, messages }));
}

function closings(closed: ChaosAttempt["closed"]): number {
  return upstream.attempts().filter((attempt) => attempt.closed === closed).length;
}

function lastAttempt(): ChaosAttempt {
  const attempt = upstream.attempts().at(-1);
  if (attempt === undefined) throw new Error("Nothing arrived.");
  return attempt;
}
