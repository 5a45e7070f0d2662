import { describe, expect, it } from "vitest";
import type { EmbeddingsRequest } from "../../../src/dialects/canonical/embeddings.ts";
import { answerContext, ask, backend, surface, upstream } from "./asked.ts";
import { fixture } from "./fixtures.ts";

const { embeddings: asking } = surface;
const { embeddings: answering } = backend;
if (asking === null || answering === null) throw new Error("Gemini embeds.");

const content = (text: string): object => ({ parts: [{ text }] });
const read = (body: object): EmbeddingsRequest => asking.readRequest(ask(body, { operation: "embeddings" }));

describe("a request for embeddings", () => {
  it("is one text or a batch", () => {
    const none = { dimensions: null, task: null, user: null, encoding: "float", extra: { dialect: "gemini", fields: {} } };
    expect(read({ content: content("a") })).toEqual({ ...none, inputs: ["a"] });
    expect(read({ content: { parts: [{ text: "a" }, { text: "b" }] } }).inputs).toEqual(["a\nb"]);
    const requests = ["a", "b"].map((text) => ({
      content: content(text),
      task_type: "RETRIEVAL_QUERY",
      outputDimensionality: 8,
    }));
    expect(read({ requests })).toEqual({ ...none, inputs: ["a", "b"], task: "RETRIEVAL_QUERY", dimensions: 8 });
  });

  it("reads back as it was written, each text with what is its own", () => {
    const requests = [
      { content: content("a"), taskType: "RETRIEVAL_QUERY", title: "t" },
      { content: content("b"), taskType: "RETRIEVAL_DOCUMENT" },
    ];
    const request = read({ requests });
    const { body, losses } = answering.writeRequest(request, upstream("e"));
    expect(losses).toEqual([]);
    expect(JSON.parse(body)).toEqual({ requests: requests.map((one) => ({ model: "models/e", ...one })) });
    expect(asking.readRequest(ask(body, { operation: "embeddings", model: "models/e" }))).toEqual(request);
  });

  it("is of texts alone", () => {
    expect(() => read({ content: { parts: [{ inlineData: {} }] } })).toThrow(
      expect.objectContaining({ param: "content.parts[0]" }),
    );
    const tokens = { ...read({ content: content("a") }), inputs: [[1, 2]] };
    expect(() => answering.writeRequest(tokens, upstream("e"))).toThrow(
      expect.objectContaining({ code: "invalid_value", param: "input" }),
    );
  });

  it("loses what only another API knows", () => {
    const foreign = { ...read({ content: content("a") }), user: "u", extra: { dialect: "openai-chat", fields: { x: 1 } } };
    expect(answering.writeRequest(foreign, upstream("e")).losses.map(({ feature }) => feature)).toEqual(["user", "extra.x"]);
  });

  it("never passes as it came", () => {
    expect(backend.native?.operations).not.toContain("embeddings");
  });
});

describe("an answer with embeddings", () => {
  const vectors = [
    [1, 0.25],
    [-1e-9, 2],
  ];

  it("is one or a batch, as it was asked for", () => {
    const answer = { model: null, vectors, usage: null };
    const one = ask({ content: content("a") }, { operation: "embeddings" });
    const batch = ask({ requests: [{ content: content("a") }] }, { operation: "embeddings" });
    expect(asking.writeAnswer(answer, answerContext(one))).toBe('{"embedding":{"values":[1,0.25]}}');
    const text = asking.writeAnswer(answer, answerContext(batch));
    expect(answering.readAnswer(text)).toEqual({ kind: "read", answer });
  });

  it("of Vertex counts its tokens", () => {
    const answer = answering.readAnswer(fixture("embeddings/vai-google-vertex-embedding/response.json"));
    expect(answer).toMatchObject({ kind: "read", answer: { usage: { inputTokens: 11 } } });
    expect(answer.kind === "read" ? answer.answer.vectors.map((vector) => vector.length) : []).toEqual([5, 5]);
  });

  it("that is none is a failure", () => {
    for (const text of ["", "[]", "{}", '{"embeddings":[]}', '{"embeddings":[{"values":["a"]}]}'])
      expect(answering.readAnswer(text)).toMatchObject({ kind: "failed", failure: { class: "malformed" } });
    expect(answering.readAnswer('{"error":{"status":"UNAVAILABLE"}}')).toMatchObject({ failure: { class: "overloaded" } });
  });
});
