import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { ChaosAttempt } from "./chaos-upstream/index.ts";
import { FAULTS, healthyJsonBytes, healthyStreamBytes, startChaosUpstream } from "./chaos-upstream/index.ts";
import type { AskOptions, Wire } from "./chaos-upstream/socket-client.ts";
import { askOverSocket, eventsOf } from "./chaos-upstream/socket-client.ts";

const upstream = await startChaosUpstream({ hangSeconds: 0.05 });
const messages = [{ role: "user", content: "Where is the harbour?" }];

beforeEach(() => upstream.reset());
afterAll(() => upstream.close());

describe("a healthy answer", () => {
  it("streams one event a write, exactly the bytes that were announced", async () => {
    const request = { model: "calm@events=4", messages, stream: true, stream_options: { include_usage: true } };
    const { chunks, body, whole } = await ask(request);
    expect(body).toEqual(Buffer.from(healthyStreamBytes(request)));
    expect(whole).toBe(true);
    expect(chunks.map((chunk) => chunk.toString().endsWith("\n\n"))).toEqual(Array(8).fill(true));
    const events = eventsOf(body);
    expect(events[0]).toMatchObject({ object: "chat.completion.chunk", model: "calm", usage: null });
    expect(events[0]).toMatchObject({ choices: [{ delta: { role: "assistant", content: "" }, finish_reason: null }] });
    expect(events.at(-2)).toMatchObject({ choices: [{ delta: {}, finish_reason: "stop" }] });
    const usage = { completion_tokens: 4, prompt_tokens_details: { cached_tokens: 0 } };
    expect(events.at(-1)).toMatchObject({ choices: [], usage });
    expect(body.toString().endsWith("data: [DONE]\n\n")).toBe(true);
  });

  it("says the same in JSON, naming the model", async () => {
    const { body } = await ask({ model: "calm", messages });
    expect(body).toEqual(Buffer.from(healthyJsonBytes({ model: "calm", messages })));
    const answer = JSON.parse(body.toString());
    expect(answer.choices[0].message.content).toMatch(/^Answer from calm\. naïve .*你好 ⚓ .*🌊/u);
    const streamed = eventsOf((await ask({ model: "calm", messages, stream: true })).body);
    expect(streamed.map((event) => event.choices[0].delta.content ?? "").join("")).toBe(answer.choices[0].message.content);
  });

  it("obeys n, @tools and @nousage", async () => {
    const two = eventsOf((await ask({ model: "calm", messages, n: 2, stream: true })).body);
    expect(new Set(two.map((event) => event.choices[0].index))).toEqual(new Set([0, 1]));
    const tools = [{ type: "function", function: { name: "find_ship" } }];
    const called = eventsOf((await ask({ model: "calm@tools", messages, tools, stream: true })).body);
    const deltas = called.flatMap((event) => event.choices[0].delta.tool_calls ?? []);
    const argumentsOf = (index: number) =>
      deltas
        .filter((call) => call.index === index)
        .map((call) => call.function.arguments)
        .join("");
    expect([JSON.parse(argumentsOf(0)), JSON.parse(argumentsOf(1))]).toEqual([{ city: "Zürich 🌊" }, { zone: "Europe/Zurich" }]);
    expect(deltas[0].function.name).toBe("find_ship");
    expect(called.at(-1)?.choices[0].finish_reason).toBe("tool_calls");
    const silent = { model: "calm@nousage", messages, stream: true, stream_options: { include_usage: true } };
    expect((await ask(silent)).body.toString()).not.toContain("usage");
  });

  it("embeds deterministically and lists models", async () => {
    const floats = await embed(["ship", "ship", "anchor"]);
    expect(floats.data).toHaveLength(3);
    expect(floats.data[0].embedding).toEqual(floats.data[1].embedding);
    expect(floats.data[0].embedding).not.toEqual(floats.data[2].embedding);
    const packed = Buffer.from((await embed("ship", { encoding_format: "base64" })).data[0].embedding, "base64");
    expect([...new Float32Array(new Uint8Array(packed).buffer)]).toEqual(floats.data[0].embedding);
    const list = await (await fetch(`${upstream.url}/models`)).json();
    expect(list).toMatchObject({
      object: "list",
      data: expect.arrayContaining([expect.objectContaining({ id: "chaos-F17" })]),
    });
  });
});

describe("the log and the script", () => {
  it("logs what was asked and how it ended", async () => {
    await ask({ model: "calm@events=1", messages, stream: true }, { headers: { "x-api-key": "sk-1" } });
    expect(upstream.attempts()).toMatchObject([
      { id: 1, path: "/v1/chat/completions", model: "calm@events=1", stream: true, fault: null, closed: "finished" },
    ]);
    expect(lastAttempt().headers["x-api-key"]).toBe("sk-1");
    expect(JSON.parse(lastAttempt().body)).toMatchObject({ messages });
    expect(lastAttempt().bytesSent).toBe(healthyStreamBytes({ model: "calm@events=1", messages }).length);
  });

  it("counts live responses and sees a client leave a healthy stream", async () => {
    const leaving = ask({ model: "calm@interval=20@events=500", messages, stream: true }, { leaveAfterMs: 80 });
    await expect.poll(() => upstream.live()).toBe(1);
    await leaving;
    await expect.poll(() => upstream.live()).toBe(0);
    expect(lastAttempt().closed).toBe("client-left");
  });

  it("follows a script whatever the model is called, then the names again", async () => {
    upstream.script([{ behave: "F09" }, { behave: "ok", times: 2 }, { behave: ["F09", "F12"], times: 20, seed: 7 }]);
    const statuses = [];
    for (let call = 0; call < 24; call += 1) statuses.push((await ask({ model: "F13", messages })).status);
    expect(statuses.slice(0, 3)).toEqual([500, 200, 200]);
    expect(new Set(statuses.slice(3, 23))).toEqual(new Set([500, 529]));
    expect(statuses[23]).toBe(401);
    expect(() => upstream.script([{ behave: "F99" }])).toThrow(/F99/);
  });

  it("offers the same to other processes", async () => {
    const control = async (path: string, init: RequestInit = {}) =>
      (await fetch(`http://127.0.0.1:${upstream.port}/__chaos${path}`, init)).json();
    await control("/script", { method: "POST", body: '[{"behave":"F12"}]' });
    expect((await ask({ model: "calm", messages })).status).toBe(529);
    expect(await control("/attempts")).toMatchObject([{ fault: "F12", closed: "finished" }]);
    expect(await control("/live")).toEqual({ live: 0 });
    expect(await control("")).toEqual({ url: upstream.url, refusedUrl: upstream.refusedUrl });
    expect(await control("/script", { method: "POST", body: '[{"times":2}]' })).toHaveProperty("error");
    await control("/reset", { method: "POST" });
    expect(upstream.attempts()).toEqual([]);
    expect(await control("/redirect-hits")).toEqual([]);
  });

  it("refuses what it does not understand", async () => {
    expect((await ask({ model: "F17@cutt=3" })).status).toBe(400);
    expect((await ask({ model: "F17@cut=x" })).status).toBe(400);
    expect((await ask({ model: "calm", n: 1e9 })).status).toBe(400);
    expect((await ask({}, { path: "//" })).status).toBe(404);
    expect((await ask({}, { path: "/v1/elsewhere" })).status).toBe(404);
    expect((await ask({ model: "@cf/meta/llama@events=1" })).body.toString()).toContain("Answer from @cf/meta/llama.");
    expect(FAULTS).toHaveLength(34);
  });

  it("runs by itself", async () => {
    const main = fileURLToPath(new URL("chaos-upstream/main.ts", import.meta.url));
    const child = spawn(process.execPath, [main, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await once(child.stdout, "data");
    expect(await (await fetch(`${String(line).trim()}/models`)).json()).toHaveProperty("data");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});

function ask(body: object, options: AskOptions = {}): Promise<Wire> {
  return askOverSocket(upstream.port, body, options);
}

async function embed(input: unknown, encoding: object = {}) {
  const body = { model: "vec", input, dimensions: 8, ...encoding };
  return JSON.parse((await ask(body, { path: "/v1/embeddings" })).body.toString());
}

function lastAttempt(): ChaosAttempt {
  const attempt = upstream.attempts().at(-1);
  if (attempt === undefined) throw new Error("Nothing arrived.");
  return attempt;
}
