import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at, listAt } from "../judges/judged.ts";
import { judgeJson } from "../judges/index.ts";
import type { BackendName } from "./backends.ts";
import { readBooked } from "./booked.ts";
import { type CrossingLab, routesToEach, startCrossingLab } from "./lab.ts";
import { EMBEDDED_TOKENS, toBase64, vectorOf } from "./other-operations.ts";
import { type Sent, sendTo } from "./send.ts";

let lab: CrossingLab;
beforeAll(async () => {
  lab = await startCrossingLab(() => ({ objects: routesToEach("to") }));
});
afterAll(() => lab.close());

function post(path: string, body: unknown): Promise<Sent> {
  return sendTo(lab.router, {
    path,
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${lab.router.key}`, "content-type": "application/json" },
  });
}

/** Backends that embed. */
const ABLE: readonly BackendName[] = ["openai-chat", "gemini"];
const UNABLE: readonly BackendName[] = ["openai-responses", "openai-completions", "anthropic-messages", "bedrock-converse"];

/** Texts of different lengths, so that their vectors tell them apart. */
function textsWith(marker: string): readonly string[] {
  return ["a", "bb", "cccc"].map((text) => `${marker} ${text}`);
}

describe.each(ABLE)("embeddings of %s", (backend) => {
  const model = `to-${backend}`;

  it("come to a caller of OpenAI's format as numbers, in the order of the texts", async () => {
    const { marker, received } = lab.upstream.stage();
    const input = textsWith(marker);
    const sent = await post("/v1/embeddings", { model, input, encoding_format: "float" });
    expect(sent.status).toBe(200);
    const body: unknown = JSON.parse(sent.text);
    expect(listAt(body, "data").map((item) => [at(item, "index"), at(item, "embedding")])).toEqual(
      backend === "openai-chat"
        ? expect.arrayContaining(input.map((text, index) => [index, vectorOf(text)]))
        : input.map((text, index) => [index, vectorOf(text)]),
    );
    expect(judgeJson({ surface: "openai-chat", kind: "embeddings", text: sent.text })).toEqual([]);
    expect(received).toHaveLength(1);
  });

  it("come to it as base64 where it asks for that, as its SDK does by itself", async () => {
    const { marker } = lab.upstream.stage();
    const sent = await post("/v1/embeddings", { model, input: `${marker} one`, encoding_format: "base64" });
    expect(sent.status).toBe(200);
    expect(at(JSON.parse(sent.text), "data", 0, "embedding")).toBe(toBase64(vectorOf(`${marker} one`)));
  });

  it("are asked for in as many dimensions", async () => {
    const { marker, received } = lab.upstream.stage();
    expect((await post("/v1/embeddings", { model, input: marker, dimensions: 256 })).status).toBe(200);
    expect(received[0]?.text).toMatch(backend === "gemini" ? /"outputDimensionality":256/ : /"dimensions":256/);
  });

  it("come to a caller of Gemini's format, one or a batch, in the order of the texts", async () => {
    const { marker, received } = lab.upstream.stage();
    const texts = textsWith(marker);
    const one = await post(`/v1beta/models/${model}:embedContent`, {
      content: { parts: [{ text: marker }] },
      outputDimensionality: 256,
    });
    expect(one.status).toBe(200);
    expect(at(JSON.parse(one.text), "embedding", "values")).toEqual(vectorOf(marker));
    const batch = await post(`/v1beta/models/${model}:batchEmbedContents`, {
      requests: texts.map((text) => ({ model: `models/${model}`, content: { parts: [{ text }] } })),
    });
    expect(batch.status).toBe(200);
    expect(listAt(JSON.parse(batch.text), "embeddings").map((item) => at(item, "values"))).toEqual(texts.map(vectorOf));
    for (const { text } of [one, batch]) expect(judgeJson({ surface: "gemini", kind: "embeddings", text })).toEqual([]);
    expect(received).toHaveLength(2);
    expect(received[0]?.text).toMatch(/256/);
  });

  it("are booked with the usage that was told, or an estimate", async () => {
    const { marker } = lab.upstream.stage();
    const sent = [
      await post("/v1/embeddings", { model, input: marker }),
      await post(`/v1beta/models/${model}:embedContent`, { content: { parts: [{ text: marker }] } }),
    ];
    const ids = sent.map(({ headers }) => headers["x-fairlead-request-id"] ?? "");
    const booked = await readBooked(lab.router, ids);
    for (const id of ids) {
      const event = booked.get(id);
      expect(event).toMatchObject({ operation: "embeddings", outcome: "ok" });
      if (backend === "openai-chat") expect(event?.usage).toMatchObject({ inputTokens: EMBEDDED_TOKENS, estimated: false });
      else expect(event?.usage).toMatchObject({ estimated: true });
    }
  });
});

describe("a model that does not embed", () => {
  it.each(UNABLE)("is not asked: %s", async (backend) => {
    const { marker, received } = lab.upstream.stage();
    const openai = await post("/v1/embeddings", { model: `to-${backend}`, input: marker });
    const google = await post(`/v1beta/models/to-${backend}:embedContent`, { content: { parts: [{ text: marker }] } });
    expect([openai.status, google.status]).toEqual([400, 400]);
    expect(at(JSON.parse(openai.text), "error", "code")).toBe("unsupported_feature");
    expect(received).toEqual([]);
  });

  it("is one that takes texts alone, for tokens", async () => {
    const sent = await post("/v1/embeddings", { model: "to-gemini", input: [[1, 2, 3]] });
    expect(sent.status).toBe(400);
    expect(at(JSON.parse(sent.text), "error", "param")).toBe("input");
  });
});
