import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { embeddingsBackend, embeddingsSurface } from "../../../src/dialects/openai-chat/embeddings.ts";
import { contextOf, decode, SEED, upstreamOf } from "./asking.ts";
import { readFixture } from "./recordings.ts";

function ask(members: Readonly<Record<string, unknown>>): ReturnType<typeof embeddingsSurface.readRequest> {
  return embeddingsSurface.readRequest(decode({ model: "virtual", input: "hi", ...members }, "embeddings"));
}

function answerOf(name: string): ReturnType<typeof embeddingsBackend.readAnswer> {
  return embeddingsBackend.readAnswer(readFixture(`embeddings/${name}/response.json`));
}

const VECTORS = [
  "eaig-embeddings-base64",
  "eaig-embeddings-dimensions",
  "eaig-embeddings-large-text",
  "eaig-embeddings-max-tokens",
  "vai-openai-embedding",
  "vai-voyage-embedding",
];

describe("recorded embeddings", () => {
  it.each(VECTORS)("%s are read as numbers, and written again as they came", (name) => {
    const read = answerOf(name);
    if (read.kind === "failed") throw new Error(read.failure.message);
    const { data, usage } = JSON.parse(readFixture(`embeddings/${name}/response.json`)) as {
      readonly data: readonly { readonly embedding: unknown }[];
      readonly usage: { readonly prompt_tokens?: number };
    };
    expect(read.answer.usage?.inputTokens).toBe(usage.prompt_tokens);
    const encoding_format = typeof data[0]?.embedding === "string" ? "base64" : "float";
    const asked = decode({ model: "m", input: "x", encoding_format }, "embeddings");
    const written = JSON.parse(embeddingsSurface.writeAnswer(read.answer, { ...contextOf(), asked })) as {
      readonly data: unknown;
    };
    expect(written.data).toEqual(data.map(({ embedding }, index) => ({ object: "embedding", index, embedding })));
  });

  it.each(["eaig-embeddings-base64", "eaig-embeddings-dimensions"])("%s are asked for as they were asked", (name) => {
    const request = readFixture(`embeddings/${name}/request.json`);
    const body = JSON.parse(request) as Record<string, unknown>;
    const read = embeddingsSurface.readRequest(decode(request, "embeddings"));
    const written = embeddingsBackend.writeRequest(read, upstreamOf({ model: String(body["model"]) }));
    expect(JSON.parse(written.body)).toEqual({ ...body, input: [body["input"]] });
    expect(written.losses).toEqual([]);
  });

  it("fail where the answer is an error, or holds no vector", () => {
    expect(answerOf("eaig-embeddings-unknown-model")).toMatchObject({
      kind: "failed",
      failure: { class: "invalid_request", code: "model_not_found" },
    });
    for (const text of [
      "{",
      "7",
      "{}",
      '{"data":[]}',
      '{"data":[{"embedding":"!"}]}',
      '{"data":[{"embedding":[]}]}',
      '{"data":[{"embedding":["a"]}]}',
    ])
      expect(embeddingsBackend.readAnswer(text)).toMatchObject({ kind: "failed", failure: { class: "malformed" } });
  });
});

describe("embeddings in no dialect", () => {
  it.each([
    ["a", ["a"]],
    [
      ["a", "b"],
      ["a", "b"],
    ],
    [[1, 2], [[1, 2]]],
    [
      [[1], [2]],
      [[1], [2]],
    ],
  ])("are of texts or of tokens: %o", (input, inputs) => {
    expect(ask({ input }).inputs).toEqual(inputs);
  });

  it("refuse texts and tokens together", () => {
    expect(() => ask({ input: ["a", [1]] })).toThrow(expect.objectContaining({ code: "invalid_value", param: "input[0]" }));
  });

  it("say what this dialect has no place for", () => {
    const request = {
      ...ask({ dimensions: 4, user: "u" }),
      task: "RETRIEVAL_QUERY",
      extra: { dialect: "gemini", fields: { title: "t" } },
    };
    const { body, losses } = embeddingsBackend.writeRequest(request, upstreamOf());
    expect(JSON.parse(body)).toEqual({ model: "upstream-model", input: ["hi"], dimensions: 4, user: "u" });
    expect(losses.map(({ feature, severity }) => `${severity} ${feature}`)).toEqual(["hint task", "hint extra.title"]);
    expect(JSON.parse(embeddingsBackend.writeRequest(ask({ task_kind: "x" }), upstreamOf()).body)).toMatchObject({
      task_kind: "x",
    });
  });

  it("come to the stock SDK as numbers whichever way they travel", async () => {
    const answer = {
      model: null,
      vectors: [
        [0.5, -1.25],
        [3, 4],
      ],
      usage: null,
    };
    const fetch = (_: unknown, init?: RequestInit): Promise<Response> => {
      const asked = decode(JSON.parse(typeof init?.body === "string" ? init.body : "{}"), "embeddings");
      expect(asked.body["encoding_format"]).toBe("base64");
      return Promise.resolve(
        Response.json(JSON.parse(embeddingsSurface.writeAnswer(answer, { ...contextOf(), seed: SEED, asked }))),
      );
    };
    const client = new OpenAI({ apiKey: "key", baseURL: "http://upstream.invalid/v1", fetch, maxRetries: 0 });
    const { data, model } = await client.embeddings.create({ model: "m", input: ["a", "b"] });
    expect(data.map(({ embedding }) => [...embedding])).toEqual(answer.vectors);
    expect(model).toBe("upstream-model");
  });
});
