import { describe, expect, it } from "vitest";
import { askEmbeddings } from "./ask.ts";

interface Embeddings {
  readonly data: readonly { readonly index: number; readonly embedding: readonly number[] }[];
  readonly usage: unknown;
}

describe("simulated embeddings", () => {
  it("are unit vectors of the asked length, the same for the same text", async () => {
    const { data, usage } = await embed({ input: ["red apples", "green pears", "red apples"], dimensions: 64 });
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const { embedding } of data) expect(dot(embedding, embedding)).toBeCloseTo(1, 6);
    expect(data[2]?.embedding).toEqual(data[0]?.embedding);
    expect(data[1]?.embedding).not.toEqual(data[0]?.embedding);
    expect(data[0]?.embedding).toHaveLength(64);
    expect(usage).toEqual({ prompt_tokens: 9, total_tokens: 9 });
  });

  it("lie near when they share words", async () => {
    const { data } = await embed({
      input: ["how do I reset my password", "how can I reset my password", "boats in the harbour of Lisbon"],
    });
    const [question, near, far] = data.map(({ embedding }) => embedding);
    expect(dot(question, near)).toBeGreaterThan(0.6);
    expect(Math.abs(dot(question, far))).toBeLessThan(0.4);
  });

  it("give as base64 the little-endian float32 form of the same numbers", async () => {
    const { data } = await embed({ input: "hello there", dimensions: 16 });
    const encoded = JSON.parse(
      await (await askEmbeddings({ model: "sim-embed", input: "hello there", dimensions: 16, encoding_format: "base64" })).text(),
    );
    const bytes = Buffer.from(encoded.data[0].embedding, "base64");
    expect(Array.from({ length: 16 }, (_, index) => bytes.readFloatLE(index * 4))).toEqual(data[0]?.embedding);
  });

  it("exist for texts without words, and for tokens", async () => {
    const { data } = await embed({ input: ["?!", "…", "。"] });
    for (const { embedding } of data) expect(dot(embedding, embedding)).toBeCloseTo(1, 6);
    expect((await embed({ input: [1, 2, 3] })).data).toHaveLength(1);
    expect((await embed({ input: [[1, 2], [3]] })).data).toHaveLength(2);
  });

  it.each([
    [{ input: "" }],
    [{ input: [] }],
    [{ input: [""] }],
    [{ input: {} }],
    [{}],
    [{ input: "a", dimensions: 0 }],
    [{ input: "a", dimensions: 5_000 }],
  ])("refuse %j", async (body) => {
    expect((await askEmbeddings({ model: "sim-embed", ...body })).status).toBe(400);
  });

  it("come from no chat model, and fail as the other models do", async () => {
    expect((await askEmbeddings({ model: "sim-small", input: "a" })).status).toBe(400);
    expect((await askEmbeddings({ model: "sim-status-503", input: "a" })).status).toBe(503);
  });
});

async function embed(body: Readonly<Record<string, unknown>>): Promise<Embeddings> {
  return JSON.parse(await (await askEmbeddings({ model: "sim-embed", ...body })).text());
}

function dot(left: readonly number[] = [], right: readonly number[] = []): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? Number.NaN), 0);
}
