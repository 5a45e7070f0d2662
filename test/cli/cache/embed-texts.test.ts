import { createServer } from "node:http";
import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedTexts } from "../../../src/cli/cache/embed-texts.ts";
import type { Embedder } from "../../../src/core/cache/embedder.ts";

/** An embeddings API whose vectors say how long a text is. */
const asked: string[] = [];
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += String(chunk)));
  request.on("end", () => {
    const { input } = JSON.parse(body) as { readonly input: readonly string[] };
    asked.push(...input);
    const data = input.map((text, index) => ({ object: "embedding", index, embedding: [1, text.length, 0.5] }));
    response.setHeader("content-type", "application/json").end(JSON.stringify({ object: "list", data }));
  });
});
let directory = "";
let embedder: Embedder;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fairlead-test-vectors-"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  embedder = { kind: "http", url: `http://127.0.0.1:${port}/v1/embeddings`, headers: {}, model: "m", dimensions: 3, prefix: "" };
});
afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

const options = () => ({ embedder, directory, progress: () => undefined });

describe("embedTexts", () => {
  it("embeds each text once, and none again the next time", async () => {
    const texts = Array.from({ length: 150 }, (_, at) => "x".repeat((at % 100) + 1));
    const vectors = await embedTexts(texts, options());
    expect(vectors.map((vector) => vector[1])).toEqual(texts.map(({ length }) => length));
    expect(asked).toHaveLength(100);
    expect(await embedTexts(texts, options())).toEqual(vectors);
    expect(asked).toHaveLength(100);
  });

  it("does not read a vector that was cut off", async () => {
    const [file = ""] = await readdir(directory);
    await truncate(join(directory, file), (16 + 12) * 99 + 5);
    const before = asked.length;
    await embedTexts(
      Array.from({ length: 100 }, (_, at) => "x".repeat(at + 1)),
      options(),
    );
    expect(asked.length - before).toBe(1);
  });

  it("says so where the embedder fails", async () => {
    await expect(embedTexts(["new"], { ...options(), embedder: { ...embedder, dimensions: 4 } as Embedder })).rejects.toThrow(
      /embedder failed/,
    );
  });

  it("hashes without keeping anything", async () => {
    const [vector] = await embedTexts(["Reset my password"], { ...options(), embedder: { kind: "hash" } });
    expect(vector).toHaveLength(512);
    expect(await readdir(directory)).toHaveLength(1);
  });
});
