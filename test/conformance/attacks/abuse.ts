import { readFile, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import type { RawResponse } from "../raw-client.ts";
import { baseHeaders, encodeRequest, encodeText } from "../fuzz/fuzz-request.ts";
import { ask, CHAT, chatWith } from "./ask.ts";
import type { AttackCase, AttackContext } from "./attack-case.ts";

const IS_FULL = process.env["FAIRLEAD_FULL"] === "1";
/** Each may hold some megabytes of socket buffers. */
const FLOODED_READERS = 10;
const READERS = IS_FULL ? 1_000 : 40;
/** How long the router may take to notice that readers have left. */
const NOTICE_MS = 10_000;
const MAX_WAITING = 6;
/** What production gives an isolate, everything included; workerd itself takes about 60 of it here. */
const ISOLATE_MEGABYTES = 128;

/** Callers that ask for a stream and never read it. */
function openIdleReaders(context: AttackContext, count: number, model: string): readonly Socket[] {
  const { hostname, port } = new URL(context.url);
  const body = encodeText(JSON.stringify(chatWith({ model, stream: true })));
  const bytes = encodeRequest({ method: "POST", path: "/v1/chat/completions", headers: baseHeaders(context), body });
  return Array.from({ length: count }, () => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.pause();
    socket.on("error", () => socket.destroy());
    socket.write(bytes);
    return socket;
  });
}

/** An ordinary request while idle readers hold on, who then leave. */
async function askBeside(context: AttackContext, readers: readonly Socket[], isUnderWay: () => boolean): Promise<RawResponse> {
  await settles(isUnderWay);
  const response = await ask(context, { raw: { timeoutMs: 20_000 } });
  for (const reader of readers) reader.destroy();
  return response;
}

async function settles(isSettled: () => boolean): Promise<boolean> {
  const until = performance.now() + NOTICE_MS;
  while (!isSettled() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  return isSettled();
}

/** The most attempts that were unanswered at one time. */
function countOverlap({ chaos }: AttackContext): number {
  const attempts = chaos.attempts();
  return Math.max(
    0,
    ...attempts.map(
      (one) =>
        attempts.filter((other) => other.startedAtMs <= one.startedAtMs && (other.closedAtMs ?? Infinity) > one.startedAtMs)
          .length,
    ),
  );
}

/** Most memory that workerd has held since the last call, in MB; null where there is no Linux /proc. */
async function readPeakMegabytes(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  await writeFile(`/proc/${pid}/clear_refs`, "5").catch(() => undefined);
  const peak = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
  return peak === undefined ? null : Number(peak) / 1_024;
}

/** Attacks F10, F11, H06 and H12: what one caller or upstream can tie up. */
export const abuseAttacks: readonly AttackCase[] = [
  ...["x-bomb", "x-long-line"].map((model): AttackCase => ({
    id: model === "x-bomb" ? "F10" : "F11",
    title: `memory during ${model}`,
    slow: true,
    send: async (context) => {
      await readPeakMegabytes(context.pid);
      return ask(context, { body: chatWith({ model, stream: true }), raw: { timeoutMs: 20_000 } });
    },
    expect: {
      status: [200, 502],
      check: async (_, { pid }) => {
        const peak = await readPeakMegabytes(pid);
        return peak === null || peak < ISOLATE_MEGABYTES ? null : `workerd held ${peak.toFixed(0)} MB`;
      },
    },
  })),
  {
    id: "H06",
    title: `${READERS} readers that never read`,
    send: (context) =>
      askBeside(context, openIdleReaders(context, READERS, CHAT.model), () => context.chaos.attempts().length >= READERS),
    expect: {
      status: [200],
      check: async (_, { chaos }) =>
        (await settles(() => chaos.live() === 0)) ? null : `${chaos.live()} upstream calls are still open`,
    },
  },
  {
    id: "H06",
    title: "readers that never read a stream without end, and leave",
    send: (context) =>
      askBeside(
        context,
        openIdleReaders(context, FLOODED_READERS, "x-flood"),
        () => context.hostile.flooding() === FLOODED_READERS,
      ),
    expect: {
      status: [200],
      check: async (_, { hostile }) =>
        (await settles(() => hostile.flooding() === 0)) ? null : `${hostile.flooding()} upstream streams are still pulled`,
    },
  },
  {
    id: "H12",
    title: "a route with eight failing targets",
    send: (context) => ask(context, { body: chatWith({ model: "x-many" }), raw: { timeoutMs: 20_000 } }),
    expect: {
      status: [502],
      check: async (_, context) => {
        if (countOverlap(context) > MAX_WAITING) return `${countOverlap(context)} subrequests waited at one time`;
        return (await settles(() => context.chaos.live() === 0)) ? null : "an unused body was left open";
      },
    },
  },
];
