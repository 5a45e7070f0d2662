import { createServer, type ServerResponse } from "node:http";
import { closeNow, HOST, listen } from "../chaos-upstream/listen.ts";

/** What a request asked for. */
export interface EmbeddingCall {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * A stand-in for an embeddings service that answers `/<way>/v1/embeddings` in one of the ways above, each of which no embedder should;
 * `/right/…` and `/right-base64/…` answer as one should, `/reversed/…` in another order, `/fixed-size/…` refuses `dimensions`.
 */
export interface HostileEmbedder {
  urlOf(way: string): string;
  readonly calls: readonly EmbeddingCall[];
  close(): Promise<void>;
}

export const HOSTILE_DIMENSIONS = 8;
const HUGE_BYTES = 50_000_000;
const SLOW_MS = 60_000;

export async function startHostileEmbedder(): Promise<HostileEmbedder> {
  const calls: EmbeddingCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = request.url ?? "";
      const body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Readonly<Record<string, unknown>>; // our own calls
      calls.push({ path, authorization: request.headers.authorization, body });
      answer(response, path.split("/")[1] ?? "", body);
    });
  });
  const url = `http://${HOST}:${await listen(server, 0)}`;
  return { urlOf: (way) => `${url}/${way}/v1/embeddings`, calls, close: () => closeNow(server) };
}

type Body = Readonly<Record<string, unknown>>;
type Item = { readonly index: number; readonly embedding: unknown };

function answer(response: ServerResponse, way: string, body: Body): void {
  if (way.startsWith("status-")) return json(response, Number(way.slice("status-".length)), { error: { message: "no" } });
  const raw = RAW_ANSWERS[way];
  if (raw !== undefined) return raw(response);
  if (way === "fixed-size" && "dimensions" in body) return json(response, 400, { error: { message: "cannot be shortened" } });
  const texts = body["input"] as readonly string[]; // our own calls
  const items = texts.map((text, index): Item => ({ index, embedding: vectorOf(text) }));
  const bent = BENT_ITEMS[way]?.(items) ?? items;
  // JSON knows neither: they are written as Python writes them.
  const data = JSON.stringify({ object: "list", data: bent, model: "stand-in" })
    .replace('"NaN"', "NaN")
    .replace('"1e999"', "1e999");
  response.writeHead(200, { "content-type": "application/json" }).end(data);
}

/** What the right vectors become. */
const BENT_ITEMS: Readonly<Record<string, (items: readonly Item[]) => readonly unknown[]>> = {
  reversed: (items) => items.toReversed(),
  "right-base64": (items) => items.map((item) => ({ ...item, embedding: toBase64(item.embedding) })),
  nan: (items) => bendFirst(items, ["NaN", ...zeros(7)]),
  infinite: (items) => bendFirst(items, ["1e999", ...zeros(7)]),
  "null-value": (items) => bendFirst(items, [null, ...zeros(7)]),
  "text-value": (items) => bendFirst(items, ["1", ...zeros(7)]),
  zeros: (items) => bendFirst(items, zeros(8)),
  short: (items) => items.map((item) => ({ ...item, embedding: [1, 2, 3] })),
  long: (items) => items.map((item) => ({ ...item, embedding: [1, ...zeros(8)] })),
  "one-short": (items) => bendFirst(items, [1, 2, 3]),
  "too-few": (items) => items.slice(1),
  "too-many": (items) => [...items, { index: items.length, embedding: vectorOf("more") }],
  "same-index": (items) => items.map((item) => ({ ...item, index: 0 })),
  "index-beyond": (items) => items.map((item) => ({ ...item, index: item.index + 1 })),
  empty: () => [],
  "base64-garbage": (items) => bendFirst(items, "!!!"),
  "base64-short": (items) => bendFirst(items, "AAAA"),
  "base64-nan": (items) => bendFirst(items, toBase64([Number.NaN, 1, 2, 3, 4, 5, 6, 7])),
};

const RAW_ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  "no-json": (response) => void response.writeHead(200).end('{"data":'),
  "other-json": (response) => json(response, 200, { embeddings: [[1, 2]] }),
  html: (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>"),
  huge: (response) => void response.writeHead(200).end(Buffer.alloc(HUGE_BYTES, " ")),
  redirect: (response) => void response.writeHead(307, { location: "/right/v1/embeddings" }).end(),
  slow: (response) => void setTimeout(() => response.end(), SLOW_MS).unref(),
  trickle: (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(" "), 10);
    response.once("close", () => clearInterval(timer));
  },
  cut: (response) => {
    response.writeHead(200, { "content-length": "1000" }).write('{"data":[');
    setTimeout(() => response.destroy(), 20);
  },
  closed: (response) => void response.destroy(),
};

function bendFirst([first, ...others]: readonly Item[], embedding: unknown): readonly unknown[] {
  return [{ ...first, embedding }, ...others];
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function zeros(count: number): readonly number[] {
  return Array.from({ length: count }, () => 0);
}

/** One that belongs to the text, and whose floats are exact in 32 bits. */
export function vectorOf(text: string): readonly number[] {
  return Array.from({ length: HOSTILE_DIMENSIONS }, (_, at) => (text.charCodeAt(at % text.length) % 16) + 1 - at / 8);
}

function toBase64(embedding: unknown): string {
  return Buffer.from(new Float32Array(embedding as readonly number[]).buffer).toString("base64"); // the stand-in's own vectors
}
