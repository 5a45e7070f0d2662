import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startPlainWorker } from "../../../bench/plain-worker.ts";
import type { RunningWorkerd } from "../../../src/cli/workerd-process.ts";
import { HOSTILE_WAYS } from "../../adapters/embedding/hostile-ways.ts";
import type { EmbeddingQuestion } from "../../rigs/embedder/embedding-worker.ts";
import {
  HOSTILE_DIMENSIONS,
  type HostileEmbedder,
  startHostileEmbedder,
  vectorOf,
} from "../../rigs/embedder/hostile-embedder.ts";

const ENTRY = fileURLToPath(new URL("../../rigs/embedder/embedding-worker.ts", import.meta.url));
const TEXTS = ["cancel my order", "where is my order"];
const PATIENCE_MS = 20_000;
const IMPATIENCE_MS = 100;

let workerd: RunningWorkerd;
let hostile: HostileEmbedder;
beforeAll(async () => {
  workerd = await startPlainWorker(ENTRY);
  hostile = await startHostileEmbedder();
});
afterAll(async () => {
  await workerd.close();
  await hostile.close();
});

async function embedAt(way: string, withinMs = PATIENCE_MS): Promise<unknown> {
  const about = { model: "stand-in", dimensions: HOSTILE_DIMENSIONS, prefix: "", headers: { authorization: "Bearer secret" } };
  const question: EmbeddingQuestion = { texts: TEXTS, embedder: { kind: "http", url: hostile.urlOf(way), ...about }, withinMs };
  return (await fetch(workerd.url, { method: "POST", body: JSON.stringify(question) })).json();
}

it("embeds in workerd, also where a server refuses to be told dimensions", async () => {
  const expected = { kind: "embedded", vectors: TEXTS.map(vectorOf) };
  expect(await Promise.all(["right", "right-base64", "fixed-size"].map((way) => embedAt(way)))).toEqual([
    expected,
    expected,
    expected,
  ]);
});

it.each(Object.entries(HOSTILE_WAYS))("gives no vector and no error in workerd either (attack G10): %s", async (way, reason) => {
  expect(await embedAt(way)).toEqual({ kind: "failed", reason });
});

it.each(["slow", "trickle"])("waits no longer than told in workerd either: %s", async (way) => {
  expect(await embedAt(way, IMPATIENCE_MS)).toEqual({ kind: "failed", reason: "it did not answer in time" });
});
