import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { embed } from "../../adapters/embedding/embed.ts";
import { dimensionsOf, type Embedder, embedderId } from "../../core/cache/embedder.ts";
import { InputRefused } from "../input-refused.ts";

export interface EmbedOptions {
  readonly embedder: Embedder;
  /** Vectors of texts embedded before lie there, and stay for the next time. */
  readonly directory: string;
  /** Told now and then how many of how many are done. */
  readonly progress: (done: number, all: number) => void;
}

const BATCH = 64;
const BATCH_MS = 120_000;
const KEY_BYTES = 16;

/** A vector for each text, each text embedded once; feature hashing keeps none. @throws InputRefused where the embedder fails */
export async function embedTexts(texts: readonly string[], options: EmbedOptions): Promise<readonly Float32Array[]> {
  const { directory, embedder, progress } = options;
  const isKept = embedder.kind !== "hash";
  const file = join(directory, `${keyOf(modelOf(embedder))}.vectors`);
  const known = isKept ? await readVectors(file, dimensionsOf(embedder)) : new Map<string, Float32Array>();
  const missing = [...new Set(texts)].filter((text) => !known.has(keyOf(text)));
  if (isKept && missing.length > 0) await mkdir(directory, { recursive: true });
  for (let start = 0; start < missing.length; start += BATCH) {
    const batch = missing.slice(start, start + BATCH);
    const vectors = await embedBatch(batch, embedder);
    batch.forEach((text, at) => known.set(keyOf(text), vectors[at] ?? new Float32Array()));
    if (isKept) await appendFile(file, Buffer.concat(batch.flatMap((text, at) => recordOf(text, vectors[at]))));
    progress(Math.min(missing.length, start + BATCH), missing.length);
  }
  return texts.map((text) => known.get(keyOf(text)) ?? new Float32Array());
}

async function embedBatch(texts: readonly string[], embedder: Embedder): Promise<readonly Float32Array[]> {
  const answer = await embed(texts, embedder, { fetch, ai: null, signal: AbortSignal.timeout(BATCH_MS) });
  if (answer.kind === "failed") throw new InputRefused(`The embedder failed: ${answer.reason}.`);
  return answer.vectors;
}

/** Records of equal size: a text's hash, its vector. One that was cut off goes, so that what is appended is in its place. */
async function readVectors(file: string, dimensions: number): Promise<Map<string, Float32Array>> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  const size = KEY_BYTES + dimensions * Float32Array.BYTES_PER_ELEMENT;
  const vectors = new Map<string, Float32Array>();
  const cut = bytes.length % size;
  if (cut > 0) await truncate(file, bytes.length - cut);
  for (let start = 0; start + size <= bytes.length; start += size) {
    const vector = Uint8Array.from(bytes.subarray(start + KEY_BYTES, start + size));
    vectors.set(bytes.subarray(start, start + KEY_BYTES).toString("hex"), new Float32Array(vector.buffer));
  }
  return vectors;
}

function recordOf(text: string, vector: Float32Array = new Float32Array()): readonly Buffer[] {
  return [hashOf(text), Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)];
}

/** Without the port: a server of one's own gets another one each time. */
function modelOf(embedder: Embedder): string {
  return embedderId(embedder.kind === "http" ? { ...embedder, url: new URL(embedder.url).hostname } : embedder);
}

function keyOf(text: string): string {
  return hashOf(text).toString("hex");
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest().subarray(0, KEY_BYTES);
}
