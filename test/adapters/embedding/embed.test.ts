import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embed, type EmbeddingMeans } from "../../../src/adapters/embedding/embed.ts";
import type { Embedded, Embedder } from "../../../src/core/cache/embedder.ts";
import { hashEmbed } from "../../../src/core/cache/index/hash-embed.ts";
import {
  HOSTILE_DIMENSIONS,
  type HostileEmbedder,
  startHostileEmbedder,
  vectorOf,
} from "../../rigs/embedder/hostile-embedder.ts";
import { HOSTILE_WAYS } from "./hostile-ways.ts";
import { embedderContract } from "./embedder.contract.ts";

const TEXTS = ["cancel my order", "where is my order"];
/** For what comes; what does not is waited for no longer than shown. */
const PATIENCE_MS = 20_000;
const IMPATIENCE_MS = 100;

let hostile: HostileEmbedder;
beforeAll(async () => {
  hostile = await startHostileEmbedder();
});
afterAll(() => hostile.close());

const means = (changed: Partial<EmbeddingMeans> = {}): EmbeddingMeans => ({
  fetch,
  ai: null,
  signal: AbortSignal.timeout(PATIENCE_MS),
  ...changed,
});

const at = (way: string): Extract<Embedder, { kind: "http" }> => ({
  kind: "http",
  url: hostile.urlOf(way),
  headers: { authorization: "Bearer secret" },
  model: "stand-in",
  dimensions: HOSTILE_DIMENSIONS,
  prefix: "query: ",
});

const numbersOf = (answer: Embedded): readonly (readonly number[])[] =>
  answer.kind === "embedded" ? answer.vectors.map((vector) => [...vector]) : [];
const expected = TEXTS.map((text) => vectorOf(`query: ${text}`));

describe("an embeddings API", () => {
  embedderContract(() => at("right"));

  it("is asked for all texts at once, with its prefix, key and dimensions", async () => {
    expect(numbersOf(await embed(TEXTS, at("right"), means()))).toEqual(expected);
    expect(hostile.calls.at(-1)).toEqual({
      path: "/right/v1/embeddings",
      authorization: "Bearer secret",
      body: { model: "stand-in", input: TEXTS.map((text) => `query: ${text}`), dimensions: HOSTILE_DIMENSIONS },
    });
  });

  it.each(["right-base64", "reversed"])("may answer otherwise: %s", async (way) => {
    expect(numbersOf(await embed(TEXTS, at(way), means()))).toEqual(expected);
  });

  it("that refuses to be told dimensions is asked without", async () => {
    expect(numbersOf(await embed(TEXTS, at("fixed-size"), means()))).toEqual(expected);
    expect(hostile.calls.slice(-2).map(({ body }) => body["dimensions"])).toEqual([HOSTILE_DIMENSIONS, undefined]);
  });

  it("is asked in parts for many texts, and gives one list", async () => {
    const texts = Array.from({ length: 70 }, (_, place) => `text ${place}`);
    const before = hostile.calls.length;
    const answer = await embed(texts, { ...at("right"), prefix: "" }, means());
    expect(numbersOf(answer)).toEqual(texts.map(vectorOf));
    expect(hostile.calls.length - before).toBe(3);
  });

  it.each(Object.entries(HOSTILE_WAYS))(
    "that answers wrongly gives no vector and no error (attack G10): %s",
    async (way, reason) => {
      expect(await embed(TEXTS, at(way), means())).toEqual({ kind: "failed", reason });
    },
  );

  it.each(["slow", "trickle"])("is waited for no longer than told: %s", async (way) => {
    const impatient = means({ signal: AbortSignal.timeout(IMPATIENCE_MS) });
    expect(await embed(TEXTS, at(way), impatient)).toEqual({ kind: "failed", reason: "it did not answer in time" });
  });

  it("is not followed elsewhere: a key stays where it belongs", async () => {
    const before = hostile.calls.length;
    expect(await embed(TEXTS, at("redirect"), means())).toEqual({ kind: "failed", reason: "it answered 307" });
    expect(hostile.calls.slice(before).map(({ path }) => path)).toEqual(["/redirect/v1/embeddings"]);
  });

  it("that nobody serves, or whose address is none, is a failure like any other", async () => {
    for (const url of ["http://127.0.0.1:1/v1/embeddings", "no address"])
      expect(await embed(TEXTS, { ...at("right"), url }, means())).toEqual({ kind: "failed", reason: "it cannot be reached" });
  });
});

const answering = (answer: unknown): EmbeddingMeans => means({ ai: { run: async () => answer } });

describe("Workers AI", () => {
  const embedder: Embedder = { kind: "workers-ai", model: "@cf/baai/bge-m3", dimensions: 2 };
  const data = [
    [1, 2],
    [3, 4],
  ];

  it("answers with shape and data", async () => {
    expect(numbersOf(await embed(TEXTS, embedder, answering({ shape: [2, 2], data, pooling: "cls" })))).toEqual(data);
  });

  it.each([
    null,
    "text",
    {},
    { request_id: "later" },
    { shape: [1, 2], data: [[1, 2]] },
    {
      shape: [2, 3],
      data: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    },
    {
      shape: [2, 2],
      data: [
        [1, 2],
        [Number.NaN, 1],
      ],
    },
    {
      shape: [2, 2],
      data: [
        [1, 2],
        [0, 0],
      ],
    },
    { shape: [2, 2], data: [[1, 2], null] },
  ])("gives no vector and no error where it answers %j", async (answer) => {
    expect(await embed(TEXTS, embedder, answering(answer))).toMatchObject({ kind: "failed" });
  });

  it("is waited for no longer than told, and is missing where there is no binding", async () => {
    const never = means({ ai: { run: () => new Promise(() => undefined) }, signal: AbortSignal.timeout(20) });
    expect(await embed(TEXTS, embedder, never)).toEqual({ kind: "failed", reason: "it did not answer in time" });
    const failing = means({ ai: { run: () => Promise.reject(new Error("3040: Capacity")) } });
    expect(await embed(TEXTS, embedder, failing)).toEqual({ kind: "failed", reason: "it cannot be reached" });
    expect(await embed(TEXTS, embedder, means())).toMatchObject({
      kind: "failed",
      reason: expect.stringContaining("no binding"),
    });
  });
});

describe("feature hashing", () => {
  embedderContract(() => ({ kind: "hash" }));

  it("asks nobody", async () => {
    const forbidden = means({ fetch: () => Promise.reject(new Error("Nobody is asked.")) });
    expect(await embed(TEXTS, { kind: "hash" }, forbidden)).toEqual({ kind: "embedded", vectors: TEXTS.map(hashEmbed) });
  });

  it("has no vector for a text without words", async () => {
    expect(await embed(["???"], { kind: "hash" }, means())).toEqual({ kind: "failed", reason: "it gave a vector of zeros" });
  });
});
