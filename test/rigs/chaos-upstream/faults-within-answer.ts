import { formatEvent } from "./chat-answer.ts";
import type { Exchange } from "./exchange.ts";
import {
  beginningOf,
  contentHeaders,
  deliver,
  hang,
  numberOf,
  respond,
  sendForever,
  sendFrames,
  splitEvents,
  typeHeaders,
} from "./exchange.ts";
import { openAiError } from "./faults-before-answer.ts";
import type { HugeText } from "./huge-frames.ts";
import { compressFrames, generateHugeFrames } from "./huge-frames.ts";
import { splitNastily } from "./nasty-splits.ts";

const BYTES_PER_MEGABYTE = 1_000_000;
const BROKEN_EVENT = 'data: {"id":"chatcmpl-broken","choices":[{"index":0,"delta":{"content":"bro\n\n';
const UPSTREAM_ERROR = openAiError("The server had an error while processing your request.", "server_error");
const EMPTY_CHOICE = { index: 0, message: { role: "assistant", content: "" }, finish_reason: null };
const LINE_ENDS: Readonly<Record<string, string>> = { lf: "\n", crlf: "\r\n", cr: "\r" };

/** F17–F28: the head is healthy, the answer is not. */
export const faultsWithinAnswer = {
  F17: async (exchange: Exchange) => {
    await sendBeginning(exchange);
    // An RST right behind the bytes reads as a clean end in libuv: Node-based clients would see F18.
    await exchange.reply.pause(numberOf(exchange, "ms", 5));
    exchange.reply.cut("rst");
  },
  F18: async (exchange: Exchange) => {
    await sendBeginning(exchange);
    exchange.reply.cut("fin");
  },
  F19: async (exchange: Exchange) => {
    exchange.reply.head(200, typeHeaders(exchange));
    await sendFrames(exchange, beginningOf(exchange));
    exchange.reply.end();
  },
  F20: async (exchange: Exchange) => {
    await sendBeginning(exchange);
    await hang(exchange);
  },
  F21: async (exchange: Exchange) => {
    exchange.reply.head(200, typeHeaders(exchange));
    await sendFrames(exchange, beginningOf(exchange));
    await sendForever(exchange, [exchange.streams ? ": ping\n\n" : " "]);
  },
  F22: async (exchange: Exchange) => {
    const bytes = Buffer.concat(exchange.frames);
    exchange.reply.head(200, contentHeaders(exchange));
    await sendFrames(
      exchange,
      Array.from(bytes, (byte) => Uint8Array.of(byte)),
      numberOf(exchange, "ms", 200),
    );
    exchange.reply.end();
  },
  F23: async (exchange: Exchange) => {
    exchange.reply.head(200, contentHeaders(exchange));
    // Without a pause the client's kernel would join the pieces again.
    await sendFrames(exchange, splitNastily(withLineEnds(exchange)), numberOf(exchange, "interval", 1));
    exchange.reply.end();
  },
  F24: async (exchange: Exchange) => {
    if (!exchange.streams) return respond(exchange, { status: 200, body: `{,${textOf(exchange)}` });
    if (goesOn(exchange)) return deliver(withExtraEvent(exchange, BROKEN_EVENT));
    exchange.reply.head(200, contentHeaders(exchange));
    await sendFrames(exchange, [...splitEvents(exchange).before, BROKEN_EVENT]);
    await sendForever(exchange, exchange.frames.slice(1, 2));
  },
  F25: async (exchange: Exchange) => {
    const huge = buildHugeText(exchange, exchange.streams ? 50 : 17);
    const byteCount = Buffer.byteLength(huge.opening + huge.closing) + huge.fillBytes;
    const length = exchange.streams ? {} : { "content-length": byteCount };
    exchange.reply.head(200, { ...typeHeaders(exchange), ...length });
    if (exchange.streams) await sendFrames(exchange, splitEvents(exchange).before);
    await sendFrames(exchange, generateHugeFrames(huge));
    exchange.reply.end();
  },
  F26: async (exchange: Exchange) => {
    if (!exchange.streams) return respond(exchange, { status: 200, body: UPSTREAM_ERROR });
    const failing = goesOn(exchange) ? exchange : { ...exchange, frames: splitEvents(exchange).before };
    await deliver(withExtraEvent(failing, formatEvent(UPSTREAM_ERROR)));
  },
  F27: async (exchange: Exchange) => {
    if (!exchange.streams) return respond(exchange, { status: 200, body: buildEmptyAnswer(exchange) });
    await deliver({ ...exchange, frames: exchange.frames.filter((frame) => !frame.includes('"finish_reason":"')) });
  },
  F28: async (exchange: Exchange) => {
    exchange.reply.head(200, { ...typeHeaders(exchange), "content-encoding": "gzip" });
    if (exchange.behaviour.options.has("wrong")) {
      await sendFrames(exchange, exchange.frames);
    } else {
      const before = exchange.streams ? splitEvents(exchange).before.join("") : "";
      const huge = buildHugeText(exchange, 300);
      const bomb = compressFrames(generateHugeFrames({ ...huge, opening: before + huge.opening }));
      for await (const block of bomb) await exchange.reply.send(block);
    }
    exchange.reply.end();
  },
};

async function sendBeginning(exchange: Exchange): Promise<void> {
  exchange.reply.head(200, contentHeaders(exchange));
  await sendFrames(exchange, beginningOf(exchange));
}

/** `@then=done`: after the fault comes the rest of a healthy stream. */
function goesOn(exchange: Exchange): boolean {
  return exchange.behaviour.options.has("then");
}

function withExtraEvent(exchange: Exchange, event: string): Exchange {
  const { before, rest } = splitEvents(exchange);
  return { ...exchange, frames: [...before, Buffer.from(event), ...rest] };
}

function textOf(exchange: Exchange): string {
  return exchange.frames.join("");
}

function withLineEnds(exchange: Exchange): Buffer {
  const lineEnd = LINE_ENDS[exchange.behaviour.options.get("eol") ?? "lf"] ?? "\n";
  return Buffer.from(exchange.streams ? textOf(exchange).replaceAll("\n", lineEnd) : textOf(exchange));
}

/** A stream gets a line that never ends; JSON stays valid, blown up by white space. */
function buildHugeText(exchange: Exchange, defaultMegabytes: number): HugeText {
  const fillBytes = Math.round(numberOf(exchange, "mb", defaultMegabytes) * BYTES_PER_MEGABYTE);
  return exchange.streams
    ? { opening: 'data: {"choices":[{"index":0,"delta":{"content":"', fill: "a", fillBytes, closing: "" }
    : { opening: "{", fill: " ", fillBytes, closing: textOf(exchange).slice(1) };
}

function buildEmptyAnswer(exchange: Exchange): object {
  const answer: object = JSON.parse(textOf(exchange));
  return "data" in answer ? { ...answer, data: [] } : { ...answer, choices: [EMPTY_CHOICE] };
}
