import { expect, it } from "vitest";
import { backendOf } from "../../../src/dialects/index.ts";
import type { Run } from "../../../src/pipeline/deps.ts";
import { watchStream } from "../../../src/pipeline/stages/watch-stream.ts";
import { Watchdog } from "../../../src/pipeline/watchdog.ts";

const START = 1_790_000_000_000;
const PING = ": ping\n\n";
const CONTENT = 'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}\n\n';

it("lets pings alone keep a stream alive for 120 s (F21)", async () => {
  const { aborted, failure, seconds } = await watch(() => PING);
  expect({ aborted, failure }).toEqual({ aborted: true, failure: "timeout_idle" });
  expect(seconds).toBeGreaterThanOrEqual(120);
  expect(seconds).toBeLessThanOrEqual(122);
});

it("counts the 120 s from the last content", async () => {
  const { seconds } = await watch((second) => (second <= 60 ? CONTENT : PING));
  expect(seconds).toBeGreaterThanOrEqual(180);
  expect(seconds).toBeLessThanOrEqual(182);
});

it("ends a silent stream after its idle time", async () => {
  const { failure, seconds } = await watch((second) => (second <= 10 ? CONTENT : ""));
  expect(failure).toBe("timeout_idle");
  expect(seconds).toBeGreaterThanOrEqual(40);
  expect(seconds).toBeLessThanOrEqual(41);
});

it("ends a stream that never ends at the deadline", async () => {
  expect(await watch(() => CONTENT)).toEqual({ aborted: true, failure: "deadline", seconds: 600 });
});

/** Watches a stream that says `sayAt(second)` in each second of a clock that jumps whenever the watcher sleeps. */
async function watch(sayAt: (second: number) => string) {
  let now = START;
  let controller: ReadableByteStreamController | null = null;
  const metered = new ReadableStream({ type: "bytes", start: (own) => void (controller = own) });
  const say = (text: string): void => {
    if (text !== "") controller?.enqueue(new TextEncoder().encode(text));
  };
  const run: Run = {
    requestId: "r",
    callerRequestId: "r",
    headers: new Map(),
    path: "/v1/chat/completions",
    clientCertificate: null,
    origin: { country: "", continent: "" },
    query: "",
    dialect: "openai-chat",
    startedAt: START,
    now: () => now,
    draw: () => 0,
    sleep: async (ms) => {
      const before = Math.floor((now - START) / 1_000);
      now += ms;
      for (let second = before + 1; second <= (now - START) / 1_000; second += 1) say(sayAt(second));
      // Reads that the looks before have begun are served before the next one.
      await new Promise((done) => setImmediate(done));
    },
    watchdog: new Watchdog(),
    signal: new AbortController().signal,
    defer: () => undefined,
  };
  const upstream = new AbortController();
  const { native } = backendOf("openai-chat");
  if (native === null) throw new Error("Callers speak OpenAI chat.");
  const input = { timeouts: { ttftMs: 15_000, idleMs: 30_000, totalMs: 600_000 }, deadline: START + 600_000 };
  const answer = { held: [], meter: native.createStreamMeter(1), decoder: new TextDecoder(), upstream, input };
  const failure = await watchStream(
    { metered, answer, copy: null, piped: new Promise(() => undefined), settlement: { renew: () => undefined } },
    run,
  );
  return { aborted: upstream.signal.aborted, failure, seconds: Math.round((now - START) / 1_000) };
}
