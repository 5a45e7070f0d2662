import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { at } from "../judges/judged.ts";
import type { Received, Reply } from "./scene.ts";
import type { Told } from "./told.ts";
import type { Exchange, Stage } from "./upstream.ts";
import { toJson, type Wire } from "./wires/wire.ts";

/** Answers one request as the script says. */
export async function play(reply: Reply, { received, response, stage }: Exchange, wire: Wire): Promise<void> {
  response.once("close", () => {
    if (!response.writableFinished) stage.abandoned += 1;
  });
  switch (reply.kind) {
    case "told":
      return tell(reply.told, { received, response }, wire);
    case "made":
      return tell(reply.make(received), { received, response }, wire);
    case "refused":
      return raw(response, wire.refuse(reply.refusal));
    case "raw":
      return raw(response, reply.reply);
    case "stream":
      return stream(response, wire, reply);
    case "drip":
      return drip(response, wire, reply);
    case "flood":
      return flood({ response, stage }, wire, reply);
  }
}

function tell(told: Told, { received, response }: Omit<Exchange, "stage">, wire: Wire): Promise<void> | undefined {
  if (asksStream(received)) return stream(response, wire, { kind: "stream", events: wire.events(told), ending: "end" });
  response.writeHead(200, { "content-type": "application/json" });
  response.end(toJson(wire.whole(told)));
}

/** Asked in the body, or by the path. */
function asksStream({ body, path }: Received): boolean {
  return at(body, "stream") === true || /:streamGenerateContent|\/converse-stream$/.test(path);
}

function raw(response: ServerResponse, { body, headers, status }: Extract<Reply, { kind: "raw" }>["reply"]): void {
  response.writeHead(status, { ...headers });
  response.end(body);
}

async function stream(
  response: ServerResponse,
  wire: Wire,
  { ending, events, pauseMs = 0 }: Extract<Reply, { kind: "stream" }>,
): Promise<void> {
  response.writeHead(200, { "content-type": wire.streamType });
  response.flushHeaders();
  const isPaused = pauseMs > 0;
  const last = isPaused ? events.at(-1) : undefined;
  const first = Buffer.concat(isPaused ? events.slice(0, -1) : events);
  if (first.length > 0) response.write(first);
  if (last !== undefined) {
    await new Promise((done) => setTimeout(done, pauseMs));
    response.write(last);
  }
  if (ending === "end") response.end();
  // Once what was written is on its way: the reader gets it, and then a reset.
  if (ending === "cut") setTimeout(() => response.socket?.destroy(), 20);
}

function drip(response: ServerResponse, wire: Wire, { event, first, pauseMs }: Extract<Reply, { kind: "drip" }>): void {
  response.writeHead(200, { "content-type": wire.streamType });
  response.write(Buffer.concat(first));
  const timer = setInterval(() => response.write(event), pauseMs);
  response.once("close", () => clearInterval(timer));
}

async function flood(
  { response, stage }: { readonly response: ServerResponse; readonly stage: Stage },
  wire: Wire,
  { bytes, event, first }: Extract<Reply, { kind: "flood" }>,
): Promise<void> {
  response.writeHead(200, { "content-type": wire.streamType });
  response.write(Buffer.concat(first));
  const block = Buffer.concat(Array.from({ length: Math.ceil(65_536 / event.length) }, () => event));
  const left = new AbortController();
  response.once("close", () => left.abort());
  while (stage.floodedBytes < bytes && !left.signal.aborted) {
    const isTaken = response.write(block);
    stage.floodedBytes += block.length;
    if (!isTaken) await once(response, "drain", { signal: left.signal }).catch(() => undefined);
  }
  response.end();
}
