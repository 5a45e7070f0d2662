import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { closeNow, holdRefusedPort, HOST, listen } from "../chaos-upstream/listen.ts";
import { type LoadOptions, runLoad } from "./run-load.ts";

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

let answer: Answer;
let bodies: unknown[];
const server = createServer((request, response) => {
  void text(request).then((body) => {
    bodies.push(JSON.parse(body));
    answer(response, request);
  });
});
const url = `http://${HOST}:${await listen(server, 0)}`;

beforeEach(() => {
  bodies = [];
  answer = (response) => response.end("{}");
});
afterAll(() => closeNow(server));

describe("a load run", () => {
  it("sends every request whether or not the earlier ones are answered", async () => {
    const waiting: ServerResponse[] = [];
    answer = (response) => {
      waiting.push(response);
      if (waiting.length === 60) for (const held of waiting) held.end("{}");
    };
    const results = await load({ perSecond: 300, seconds: 0.2 });
    expect(results.filter(({ status, whole }) => status === 200 && whole)).toHaveLength(60);
    expect(bodies).toEqual(expect.arrayContaining([{ index: 0 }, { index: 59 }]));
  });

  it("counts from when a request was due, in even steps, also when the generator itself was late", async () => {
    let stalled = false;
    const results = await load({
      perSecond: 100,
      seconds: 0.4,
      onResult: () => {
        if (!stalled) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
        stalled = true;
      },
    });
    const steps = results.slice(1).map(({ scheduledAtMs }, index) => scheduledAtMs - (results[index]?.scheduledAtMs ?? 0));
    expect(steps.every((step) => Math.abs(step - 10) < 0.01)).toBe(true);
    // The first answer stalls all for 250 ms: what is due meanwhile has the rest of that time in its latency.
    expect(Math.max(...results.map(({ latencyMs }) => latencyMs))).toBeGreaterThan(150);
  });

  it("asks the routers in turn, over connections that are kept", async () => {
    const [ports, second] = [new Set<number>(), createServer((_, response) => response.end("{}"))];
    const secondUrl = `http://${HOST}:${await listen(second, 0)}`;
    answer = (response, request) => {
      ports.add(request.socket.remotePort ?? 0);
      response.end("{}");
    };
    const results = await load({ urls: [url, secondUrl], perSecond: 100, seconds: 0.6 });
    expect(results.map((result) => result.url)).toEqual(Array.from({ length: 60 }, (_, index) => (index % 2 ? secondUrl : url)));
    expect(ports.size).toBeLessThan(30);
    await closeNow(second);
  });

  it("tells target, attempts, retry-after and the error's code", async () => {
    answer = (response) => {
      response.writeHead(429, { "retry-after": "7", "x-fairlead-target": "a/b", "x-fairlead-attempts": "3" });
      response.end('{"error":{"message":"Later.","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}}');
    };
    expect(await load({ perSecond: 10, seconds: 0.1 })).toMatchObject([
      {
        status: 429,
        target: "a/b",
        attempts: 3,
        retryAfterSeconds: 7,
        errorCode: "rate_limit_exceeded",
        ttftMs: null,
        whole: true,
      },
    ]);
  });

  it.each([
    ["whole with [DONE]", ["data: {}\n\n", "data: [DO", "NE]\n\n"], { whole: true, errorCode: null }],
    ["broken without", ["data: {}\n\n"], { whole: false, errorCode: null }],
    [
      "broken by an error event",
      ['data: {"error":{"code":"stream_interrupted"}}\n\n'],
      { whole: false, errorCode: "stream_interrupted" },
    ],
  ])("takes a stream for %s", async (_, chunks, expected) => {
    answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
      for (const chunk of chunks) response.write(chunk);
      response.end();
    };
    const [result] = await load({ perSecond: 10, seconds: 0.1 });
    expect(result).toMatchObject({ status: 200, ...expected });
    expect(result?.ttftMs).toBeLessThanOrEqual(result?.latencyMs ?? 0);
  });

  it("rejects for nobody: refused, cut off and given up are results", async () => {
    const refused = await holdRefusedPort(Number(new URL(url).port));
    answer = (response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("{");
      setTimeout(() => response.destroy(), 20);
    };
    const urls = [`http://${HOST}:${refused.port}`, url];
    const [nobody, cut] = await load({ urls, perSecond: 20, seconds: 0.1 });
    expect([nobody, cut]).toMatchObject([
      { status: 0, whole: false },
      { status: 200, whole: false },
    ]);
    answer = () => undefined;
    expect(await load({ perSecond: 10, seconds: 0.1, patienceMs: 30 })).toMatchObject([{ status: 0, whole: false }]);
    refused.release();
  });
});

function load(options: Partial<LoadOptions> & Pick<LoadOptions, "perSecond" | "seconds">): ReturnType<typeof runLoad> {
  return runLoad({ urls: [url], key: "fl_test", body: (index) => ({ index }), ...options });
}
