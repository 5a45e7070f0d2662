import type { OutgoingHttpHeaders } from "node:http";
import type { Behaviour, Option } from "./behaviour.ts";
import { numberOption } from "./behaviour.ts";
import type { ModelState } from "./model-table.ts";
import type { Reply } from "./reply.ts";

/** One attempt that is to be answered: what a healthy upstream would send, how this one is bent, and where to write it. */
export interface Exchange {
  readonly behaviour: Behaviour;
  readonly reply: Reply;
  /** True for server-sent events: then a frame is an event. A JSON answer is one frame. */
  readonly streams: boolean;
  readonly frames: readonly Buffer[];
  /** As `ChaosAttempt` has it. */
  readonly credential: string;
  readonly model: ModelState;
  /** Milliseconds from the beginning of that state to this request's arrival. */
  readonly elapsedMs: number;
  readonly hangSeconds: number;
  readonly redirectUrl: string;
}

/** Serves the answer as a healthy upstream does. */
export async function deliver(exchange: Exchange): Promise<void> {
  exchange.reply.head(200, contentHeaders(exchange));
  await sendFrames(exchange, exchange.frames);
  exchange.reply.end();
}

/** Headers of a healthy answer; a JSON answer states its length. */
export function contentHeaders(exchange: Exchange): OutgoingHttpHeaders {
  return { ...typeHeaders(exchange), ...(exchange.streams ? {} : { "content-length": byteLengthOf(exchange.frames) }) };
}

/** The same without a length, for bodies that do not end where the healthy one does. */
export function typeHeaders(exchange: Exchange): OutgoingHttpHeaders {
  return exchange.streams
    ? { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" }
    : { "content-type": "application/json" };
}

/** One socket write per frame; `@interval` between two, never after the last: a whole answer ends at once. */
export async function sendFrames(
  exchange: Exchange,
  frames: Iterable<string | Uint8Array>,
  intervalMs = numberOf(exchange, "interval", 0),
): Promise<void> {
  let pauseMs = 0;
  for (const frame of frames) {
    await exchange.reply.pause(pauseMs);
    await exchange.reply.send(frame);
    pauseMs = intervalMs;
  }
}

/** The same frames again and again, `@interval` (200 ms) apart, until the client leaves. */
export async function sendForever(exchange: Exchange, frames: readonly (string | Uint8Array)[]): Promise<never> {
  const intervalMs = numberOf(exchange, "interval", 200);
  for (;;) {
    for (const frame of frames) {
      await exchange.reply.send(frame);
      await exchange.reply.pause(Math.max(intervalMs, 1));
    }
  }
}

/** Says nothing for `@hang` seconds, then closes; a client with a shorter patience leaves first. */
export async function hang(exchange: Exchange): Promise<void> {
  await exchange.reply.pause(numberOf(exchange, "hang", exchange.hangSeconds) * 1_000);
  exchange.reply.cut("fin");
}

/** A whole answer that is not the healthy one. */
export async function respond(
  { reply }: Exchange,
  answer: { readonly status: number; readonly headers?: OutgoingHttpHeaders; readonly body: string | object },
): Promise<void> {
  const body = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
  reply.head(answer.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...answer.headers,
  });
  if (body !== "") await reply.send(body);
  reply.end();
}

/** The first `@after` events (3), or the bytes before `@cut`; a JSON answer is cut in its middle. */
export function beginningOf(exchange: Exchange): readonly Buffer[] {
  const middle = Math.floor(byteLengthOf(exchange.frames) / 2);
  const cutsBytes = !exchange.streams || exchange.behaviour.options.has("cut");
  return cutsBytes ? cutFrames(exchange.frames, numberOf(exchange, "cut", middle)) : splitEvents(exchange).before;
}

/** The frames on both sides of the place where a fault comes in: `@after` events (3). */
export function splitEvents(exchange: Exchange): {
  readonly before: readonly Buffer[];
  readonly rest: readonly Buffer[];
} {
  const after = numberOf(exchange, "after", 3);
  return { before: exchange.frames.slice(0, after), rest: exchange.frames.slice(after) };
}

export function numberOf(exchange: Exchange, option: Option, fallback: number): number {
  return numberOption(exchange.behaviour, option, fallback);
}

function byteLengthOf(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, frame) => sum + frame.byteLength, 0);
}

function cutFrames(frames: readonly Buffer[], byteCount: number): readonly Buffer[] {
  const kept: Buffer[] = [];
  let left = byteCount;
  for (const frame of frames) {
    if (left <= 0) break;
    kept.push(frame.subarray(0, left));
    left -= frame.byteLength;
  }
  return kept;
}
