import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at } from "../judges/judged.ts";
import { judgeJson } from "../judges/index.ts";
import { type BackendName, declareBackend } from "./backends.ts";
import { readBooked } from "./booked.ts";
import { callerOf } from "./callers/index.ts";
import { type CrossingLab, ONCE, route, routesToEach, startCrossingLab } from "./lab.ts";
import { COUNTED_TOKENS } from "./other-operations.ts";
import type { Scene } from "./scene.ts";
import { type Sent, sendTo } from "./send.ts";

const PRICE = { inputPerMillion: "3", outputPerMillion: "15" };

let lab: CrossingLab;
beforeAll(async () => {
  lab = await startCrossingLab((upstreamUrl) => {
    const spec = { models: [{ name: "up-messages", price: PRICE }] };
    const { object, variable } = declareBackend("anthropic-messages", upstreamUrl, { as: "priced", spec });
    const priced = route("to-priced", [{ provider: "priced", model: "up-messages" }], ONCE);
    return { objects: [...routesToEach("to"), object, priced], variables: [variable] };
  });
});
afterAll(() => lab.close());

/** Who can be asked for a count, and what of its answer is the count. */
const COUNTERS = {
  "anthropic-messages": { path: () => "/v1/messages/count_tokens?beta=true", member: "input_tokens" },
  gemini: { path: (model: string) => `/v1beta/models/${model}:countTokens`, member: "totalTokens" },
} as const;
type CounterName = keyof typeof COUNTERS;
const NAMES = Object.keys(COUNTERS) as readonly CounterName[]; // exactly the keys above

interface Counted {
  readonly scene: Scene;
  readonly sent: Sent;
  readonly tokens: unknown;
}

async function count(name: CounterName, model: string, said = ""): Promise<Counted> {
  const scene = lab.upstream.stage();
  const tools = [{ name: "look_up", schema: { type: "object", properties: {} } }];
  const ask = { model, prompt: `${scene.marker} ${said}`, system: "Be brief.", tools };
  const { max_tokens: _, ...body } = callerOf(name).body(ask);
  const sent = await sendTo(lab.router, {
    path: COUNTERS[name].path(model),
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${lab.router.key}`, "content-type": "application/json" },
  });
  return { scene, sent, tokens: at(JSON.parse(sent.text), COUNTERS[name].member) };
}

describe.each(NAMES)("a count of tokens asked for in the format of %s", (name) => {
  it.each<BackendName>(["anthropic-messages", "gemini", "bedrock-converse"])("is what %s itself counts", async (backend) => {
    const { scene, sent, tokens } = await count(name, `to-${backend}`);
    expect(sent.status).toBe(200);
    expect(tokens).toBe(COUNTED_TOKENS);
    expect(judgeJson({ surface: name, kind: "count", text: sent.text })).toEqual([]);
    expect(scene.received.map(({ path }) => path)).toEqual([expect.stringMatching(/count_tokens|:countTokens|count-tokens/)]);
    // What is counted is everything that would be asked.
    for (const part of [scene.marker, "Be brief.", "look_up"]) expect(scene.received[0]?.text).toContain(part);
  });

  it.each<BackendName>(["openai-chat", "openai-responses"])("is an estimate, said to be one, where it is %s", async (backend) => {
    const short = await count(name, `to-${backend}`);
    expect(short.sent.status).toBe(200);
    expect(short.sent.headers["x-fairlead-warnings"]).toMatch(/estimate/);
    expect(judgeJson({ surface: name, kind: "count", text: short.sent.text })).toEqual([]);
    expect(short.scene.received).toEqual([]);
    const long = await count(name, `to-${backend}`, "word ".repeat(4_000));
    expect(Number(long.tokens) - Number(short.tokens)).toBeGreaterThan(3_000);
    expect(Number(long.tokens) - Number(short.tokens)).toBeLessThan(7_000);
  });

  it("costs nothing, and is booked as what it is", async () => {
    const models = ["to-priced", "to-openai-chat", "to-anthropic-messages", "to-gemini"];
    const counted = await Promise.all(models.map((model) => count(name, model)));
    const ids = counted.map(({ sent }) => sent.headers["x-fairlead-request-id"] ?? "");
    const booked = await readBooked(lab.router, ids);
    for (const id of ids) {
      const event = booked.get(id);
      expect(event).toMatchObject({ operation: "count_tokens", outcome: "ok", usage: { inputTokens: 0, outputTokens: 0 } });
      expect(event?.costMicroUsd ?? 0).toBe(0);
    }
    expect(booked.get(ids[0] ?? "")?.costMicroUsd).toBe(0);
  });
});
