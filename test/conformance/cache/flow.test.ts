import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Heard, readUsage } from "../faults/ask-router.ts";
import { type FlowLab, startFlowLab, stateOf } from "./flow-lab.ts";
import { askEverybody, SHARED } from "./sdk-replays.ts";
import { runTogether } from "./together.ts";

/** What was kept at one process has come to the store by then. */
const KEPT_MS = 150;
/** What was to be fresh for 100 ms is stale by then, and rows have come to the books. */
const OLD_MS = 1_300;
const HARBOUR = "Where is the harbour of Lisbon?";

/** Answers that may not be kept, by what is wrong with them. */
const UNSOUND = { calls: "ok@tools", reset: "F17@cut=600", ended: "F19@cut=600" };

let lab: FlowLab;
/** Of the question that is asked again when it is old. */
let charged: Heard;
beforeAll(async () => {
  lab = await startFlowLab({
    processes: 2,
    stranger: "other",
    models: {
      plain: { exact: { ttl: "1h" } },
      streamed: { exact: { ttl: "1h" } },
      brief: { exact: { ttl: "1s", staleWhileRevalidate: "1h" } },
      failing: { exact: { ttl: "100ms", staleIfError: "1h" } },
      far: { exact: { ttl: "1h" } },
      // An option that the rig does not have: it answers 400 and says so.
      "refusing @misspelt": { exact: { ttl: "1h" }, negative: { ttl: "30s" } },
      unkept: { exact: { ttl: "1h" } },
      ...Object.fromEntries(Object.keys(UNSOUND).map((model) => [model, { exact: { ttl: "1h" } }])),
      [SHARED]: { exact: { ttl: "1h" } },
      charged: { exact: { ttl: "1h" }, charge: "50%" },
      together: { exact: { ttl: "1h" }, coalesce: {} },
    },
  });
  await Promise.all(["brief", "failing", "charged"].map((model) => lab.ask(HARBOUR, { model })));
  charged = await lab.ask(HARBOUR, { model: "charged" });
  await sleep(OLD_MS);
});
afterAll(() => lab.close());

describe("an answer", () => {
  it("is given again at the process that got it, and at others", async () => {
    lab.upstream.setFault("far", "F06@ms=200");
    const first = await lab.ask(HARBOUR, { model: "far" });
    const again = await lab.ask(HARBOUR, { model: "far" });
    await sleep(KEPT_MS);
    const elsewhere = await lab.ask(HARBOUR, { model: "far", process: 1 });
    expect([first, again, elsewhere].map(stateOf)).toEqual(["miss", "hit-exact", "hit-exact"]);
    const texts = [first, again, elsewhere].map(textOf);
    expect(new Set(texts).size).toBe(1);
    expect(again.headers["x-fairlead-target"]).toBe("rig/far");
    expect(again.headers["age"]).toMatch(/^\d+$/u);
    expect(elsewhere.headers["x-fairlead-cache-id"]).toMatch(/^[A-Z]{2}0\./u);
  });

  it("is given to a question in other words that mean nothing else, and to none that means something else", async () => {
    const asked = ["Please tell me, where is the port of Genoa?", "where is the port of genoa", "Where is the port of Naples?"];
    const states = [];
    for (const question of asked) states.push(stateOf(await lab.ask(question, { model: "plain" })));
    expect(states).toEqual(["miss", "hit-canonical", "miss"]);
  });

  it("that came as a stream is given as JSON and as a stream", async () => {
    const asking = { model: "streamed", stream: true };
    const first = await lab.ask(HARBOUR, asking);
    await sleep(KEPT_MS);
    const [stream, json] = [await lab.ask(HARBOUR, asking), await lab.ask(HARBOUR, { model: "streamed" })];
    expect([first, stream, json].map(stateOf)).toEqual(["miss", "hit-exact", "hit-exact"]);
    expect(deltasOf(stream)).toBe(deltasOf(first));
    expect(textOf(json)).toBe(deltasOf(first));
    expect(usageOf(first)).toMatchObject({ prompt_tokens: 19, completion_tokens: 12 });
    expect(usageOf(stream)).toMatchObject({ prompt_tokens: 19, completion_tokens: 12 });
    expect(lab.calls("streamed")).toBe(1);
  });

  it("is not kept where it was cut or calls tools (attack G05)", async () => {
    for (const [model, fault] of Object.entries(UNSOUND)) lab.upstream.setFault(model, fault);
    const askAll = () => Promise.all(Object.keys(UNSOUND).map((model) => lab.ask(HARBOUR, { model, stream: true })));
    await askAll();
    await sleep(KEPT_MS);
    expect((await askAll()).map(stateOf).filter((state) => state.startsWith("hit"))).toEqual([]);
    expect(Object.keys(UNSOUND).map((model) => lab.calls(model) > 1)).toEqual([true, true, true]);
  });

  it("is not kept where its caller says so", async () => {
    const headers = { "cache-control": "no-store" };
    expect(stateOf(await lab.ask(HARBOUR, { model: "unkept", headers }))).toBe("bypass");
    expect(stateOf(await lab.ask(HARBOUR, { model: "unkept" }))).toBe("miss");
  });

  it("is asked for anew where its caller says so, or wants none so old", async () => {
    const question = "Where is the harbour of Oslo?";
    const states = [];
    for (const headers of [
      {},
      { "x-fairlead-cache": "refresh" },
      { "cache-control": "no-cache" },
      { "cache-control": "max-age=0" },
      {},
    ])
      states.push(stateOf(await lab.ask(question, { model: "plain", headers })));
    expect(states).toEqual(["miss", "miss", "miss", "miss", "hit-exact"]);
  });

  it("that is stale is given while it is asked for anew, which nobody is charged for", async () => {
    const ask = () => lab.ask(HARBOUR, { model: "brief" });
    const stale = await ask();
    expect([stateOf(stale), stale.headers["x-fairlead-cache-stale"]]).toEqual(["hit-exact", "true"]);
    await sleep(KEPT_MS);
    const fresh = await ask();
    expect([stateOf(fresh), fresh.headers["x-fairlead-cache-stale"]]).toEqual(["hit-exact", undefined]);
    expect(lab.calls("brief")).toBe(2);
    const row = (await readUsage(lab.router(0))).find(({ route }) => route.endsWith("/refresh"));
    expect(row).toMatchObject({ copyOf: stale.headers["x-fairlead-request-id"], cache: "bypass", outcome: "ok" });
  });

  it("that is stale stands in the place of an upstream's failure, marked, and the failed attempts are told", async () => {
    const ask = () => lab.ask(HARBOUR, { model: "failing" });
    lab.upstream.setFault("failing", "F10@status=503");
    const instead = await ask();
    expect([instead.status, stateOf(instead), instead.headers["x-fairlead-cache-stale"]]).toEqual([200, "hit-exact", "true"]);
    expect(Number(instead.headers["x-fairlead-attempts"])).toBeGreaterThan(0);
    expect((await lab.ask("Where is something else?", { model: "failing" })).status).toBe(503);
  });

  it("that refuses the question is repeated for a while, as the refusal that it is", async () => {
    const ask = () => lab.ask(HARBOUR, { model: "refusing" });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.status]).toEqual([400, 400]);
    expect(second.headers["x-fairlead-cache"]).toBe("hit-exact");
    expect(JSON.parse(second.body.toString())).toEqual(JSON.parse(first.body.toString()));
    expect(lab.calls("refusing@misspelt")).toBe(1);
  });

  it("is booked with its tier, what is charged and what is saved", async () => {
    const row = (await readUsage(lab.router(0))).find(({ requestId }) => requestId === charged.headers["x-fairlead-request-id"]);
    expect(row).toMatchObject({ cache: "hit-exact", target: "rig/charged", attempts: [], outcome: "ok" });
    const tokens = (row?.usage?.inputTokens ?? 0) + (row?.usage?.outputTokens ?? 0);
    expect(row?.hit?.chargedTokens).toBe(Math.ceil(tokens / 2));
    expect(row?.hit?.savedTokens).toBe(Math.floor(tokens / 2));
  });
});

describe("what a caller says of an answer", () => {
  it("ends it, where it was given to that caller", async () => {
    const ask = () => lab.ask("Which quay is the longest?", { model: "far", process: 1 });
    await lab.ask("Which quay is the longest?", { model: "far" });
    await sleep(KEPT_MS);
    const hit = await ask();
    const id = hit.headers["x-fairlead-cache-id"] ?? "";
    const { key } = lab.router(0);
    expect((await say(lab.strangersKey, { id, verdict: "wrong" })).status).toBe(404);
    expect((await say(key, { id, verdict: "perhaps" })).status).toBe(400);
    expect(stateOf(await ask())).toBe("hit-exact");
    expect((await say(key, { id, verdict: "wrong" })).status).toBe(200);
    expect(stateOf(await ask())).toBe("miss");
  });
});

describe("somebody else's answer", () => {
  it.each([{}, { "cache-key": "local" }, { "cache-namespace": "default|answers|EU|0" }])(
    "is given to no other Consumer, nor told of, whatever its headers say (attacks G01, G07, G09): %j",
    async (headers) => {
      const question = `Where is the harbour of ${JSON.stringify(headers)}?`;
      await lab.ask(question, { model: "plain" });
      await sleep(KEPT_MS);
      const before = lab.calls("plain");
      const foreign = await lab.ask(question, { model: "plain", key: lab.strangersKey, headers });
      const about = ["x-fairlead-cache", "x-fairlead-cache-id", "age"].map((name) => foreign.headers[name]);
      expect([about, lab.calls("plain")]).toEqual([["miss", undefined, undefined], before + 1]);
    },
  );
});

it("one entry serves stock clients of four surfaces, as JSON and as a stream", async () => {
  const { heard, text } = await askEverybody(lab);
  expect(heard.filter((each) => !each.isReplayed || each.text !== text)).toEqual([]);
  expect([heard.length, text.length > 0]).toEqual([10, true]);
});

it("equal questions asked at the same time at several processes are asked upstream once", async () => {
  const { answered, calls, texts } = await runTogether(lab, { model: "together", requests: 40, processes: 2 });
  expect({ answered, calls, texts }).toEqual({ answered: 40, calls: 1, texts: 1 });
});

/** At the second process. */
function say(key: string, feedback: object): Promise<Response> {
  return fetch(`${lab.router(1).url}/v1/cache/feedback`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(feedback),
  });
}

function textOf({ body }: { readonly body: Buffer }): unknown {
  const answer = JSON.parse(body.toString()) as { choices: readonly { message: { content: string } }[] };
  return answer.choices[0]?.message.content;
}

function eventsOf({ body }: { readonly body: Buffer }): readonly Event[] {
  const lines = body
    .toString()
    .split("\n")
    .filter((line) => line.startsWith("data: {"));
  return lines.map((line) => JSON.parse(line.slice(6)) as Event);
}

interface Event {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
  readonly usage?: object | null;
}

function deltasOf(heard: { readonly body: Buffer }): string {
  return eventsOf(heard)
    .map(({ choices }) => choices[0]?.delta.content ?? "")
    .join("");
}

function usageOf(heard: { readonly body: Buffer }): unknown {
  return eventsOf(heard).findLast(({ usage }) => usage != null)?.usage;
}
