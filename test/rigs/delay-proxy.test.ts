import { createServer } from "node:http";
import { afterAll, describe, expect, it } from "vitest";
import { closeNow, holdRefusedPort, HOST, listen } from "./chaos-upstream/listen.ts";
import { startDelayProxy } from "./delay-proxy.ts";

const ECHO_BYTES = 300_000;
const echo = createServer((request, response) => void request.pipe(response));
const target = `http://${HOST}:${await listen(echo, 0)}`;
afterAll(() => closeNow(echo));

describe("delay proxy", () => {
  it("passes every byte on, in order, half of the delay late each way", async () => {
    const proxy = await startDelayProxy(target, 80);
    const body = Buffer.from(Array.from({ length: ECHO_BYTES }, (_, index) => index % 251));
    const startedMs = performance.now();
    const response = await fetch(proxy.url, { method: "POST", body });
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
    expect(performance.now() - startedMs).toBeGreaterThan(78);
    await proxy.close();
  });

  it("refuses nothing itself: a target that is down ends the connection", async () => {
    const anchor = createServer();
    const refused = await holdRefusedPort(await listen(anchor, 0));
    const proxy = await startDelayProxy(`http://${HOST}:${refused.port}`, 2);
    await expect(fetch(proxy.url)).rejects.toThrow("fetch failed");
    refused.release();
    await Promise.all([proxy.close(), closeNow(anchor)]);
  });
});
