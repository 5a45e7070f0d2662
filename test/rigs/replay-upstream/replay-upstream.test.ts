import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cut, cutInto, describeCut, WHOLE } from "./cut.ts";
import { readRecordedSteps, type RecordedStep } from "./recorded-steps.ts";
import { type ReplayUpstream, startReplayUpstream } from "./replay-upstream.ts";
import { stepIdOf, upstreamModel } from "./upstream-model.ts";

const steps = readRecordedSteps();
const CUTS: readonly Cut[] = [
  WHOLE,
  ...[1, 2, 3, 7, 64].map((bytes): Cut => ({ kind: "every", bytes })),
  { kind: "at", offset: 5 },
];

let upstream: ReplayUpstream;

beforeAll(async () => {
  upstream = await startReplayUpstream(steps);
});
afterAll(() => upstream.close());

function pick(protocol: string, form: "stream" | "whole"): RecordedStep {
  const step = steps.find((one) => one.protocol === protocol && one[form]?.status === 200 && one.model !== "");
  if (step === undefined) throw new Error(`Nothing recorded of ${protocol}.`);
  return step;
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(upstream.url + path, { method: "POST", body: JSON.stringify(body) });
}

describe("recorded steps", () => {
  it("are all of the fixtures, each under a name of its own that a policy allows and that leads back to it", () => {
    expect(steps.length).toBeGreaterThan(700);
    const names = steps.map(upstreamModel);
    expect(new Set(names).size).toBe(steps.length);
    expect(names.map(stepIdOf)).toEqual(steps.map(({ id }) => id));
    expect(names.filter((name) => !/^[A-Za-z0-9@][A-Za-z0-9._:/@+-]{0,199}$/.test(name))).toEqual([]);
    expect(names.map((name) => stepIdOf(encodeURIComponent(encodeURIComponent(name))))).toEqual(names.map(stepIdOf));
  });
});

function byBody(path: string) {
  return (model: string, stream: boolean) => ({ path, body: { model, stream } });
}

describe("the replaying upstream", () => {
  const calls = {
    "openai-chat": byBody("/v1/chat/completions"),
    "openai-responses": byBody("/responses"),
    "openai-completions": byBody("/any/base/completions"),
    "anthropic-messages": byBody("/v1/messages"),
    gemini: (model: string, stream: boolean) => {
      const verb = stream ? "streamGenerateContent?alt=sse" : "generateContent";
      return { path: `/v1beta/models/${model}:${verb}`, body: {} };
    },
    "bedrock-converse": (model: string, stream: boolean) => {
      const verb = stream ? "converse-stream" : "converse";
      return { path: `/model/${encodeURIComponent(encodeURIComponent(model))}/${verb}`, body: {} };
    },
  };

  it.each(Object.entries(calls))("answers in %s with the recorded bytes, however they are cut", async (protocol, callOf) => {
    for (const form of ["stream", "whole"] as const) {
      const step = pick(protocol, form);
      for (const cut of CUTS) {
        upstream.cut(step.id, cut);
        const { body, path } = callOf(upstreamModel(step), form === "stream");
        const response = await post(path, body);
        expect(response.status).toBe(200);
        expect(response.headers.get("content-type")).toBe(step[form]?.headers["content-type"]);
        const bytes = Buffer.from(await response.arrayBuffer());
        expect(bytes.equals(step[form]?.body ?? Buffer.alloc(0)), `${step.id} ${describeCut(cut)}`).toBe(true);
        expect(upstream.received(step.id)).toMatchObject({ method: "POST", path, body });
      }
    }
  });

  it("answers counts and embeddings, and with a recorded refusal whatever form is asked for", async () => {
    const count = pick("anthropic-count-tokens", "whole");
    expect(await (await post("/v1/messages/count_tokens", { model: upstreamModel(count) })).json()).toHaveProperty(
      "input_tokens",
    );
    const embeddings = pick("embeddings", "whole");
    expect((await post("/v1/embeddings", { model: upstreamModel(embeddings) })).status).toBe(200);
    const refusal = steps.find(({ id }) => id === "openai-chat/eaig-chat-unknown-model");
    const model = upstreamModel(refusal ?? { id: "", model: "" });
    expect((await post("/v1/chat/completions", { model, stream: true })).status).toBe(404);
    expect(await (await post("/v1/chat/completions", { model })).json()).toHaveProperty("error");
  });

  it("says 404 to what was not recorded", async () => {
    expect((await post("/v1/chat/completions", { model: "gpt-4o" })).status).toBe(404);
    expect((await post("/v1/unheard-of", { model: upstreamModel(pick("openai-chat", "whole")) })).status).toBe(404);
  });
});

describe("a cut", () => {
  it("keeps every byte in its place and spares the middle of a long answer", () => {
    const body = Buffer.from(Array.from({ length: 40_000 }, (_, index) => index % 251));
    for (const cut of CUTS) expect(Buffer.concat(cutInto(body, cut)).equals(body)).toBe(true);
    const chunks = cutInto(body, { kind: "every", bytes: 1 });
    expect(chunks.length).toBeLessThan(3_000);
    expect(chunks.slice(0, 1_000).every(({ length }) => length === 1)).toBe(true);
    expect(chunks.slice(-1_000).every(({ length }) => length === 1)).toBe(true);
  });
});
