import { expect, it } from "vitest";
import { type Embedder, dimensionsOf, embedderId } from "../../../src/core/cache/embedder.ts";

const http: Extract<Embedder, { kind: "http" }> = {
  kind: "http",
  url: "http://127.0.0.1:8000/v1/embeddings",
  headers: { authorization: "Bearer secret" },
  model: "e5-query",
  dimensions: 384,
  prefix: "query: ",
};

it("names what vectors can be compared by: nothing else of it, and no credential", () => {
  const others: readonly Embedder[] = [
    { ...http, url: "http://127.0.0.1:8001/v1/embeddings" },
    { ...http, model: "e5-passage" },
    { ...http, dimensions: 256 },
    { ...http, prefix: "" },
    { kind: "workers-ai", model: "e5-query", dimensions: 384 },
    { kind: "hash" },
  ];
  expect(new Set([http, ...others].map(embedderId)).size).toBe(others.length + 1);
  expect(embedderId({ ...http, headers: {} })).toBe(embedderId(http));
  expect(embedderId(http)).not.toContain("secret");
});

it("knows how long its vectors are", () => {
  expect([dimensionsOf(http), dimensionsOf({ kind: "hash" })]).toEqual([384, 512]);
});
