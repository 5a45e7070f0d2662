import { once } from "node:events";
import { connect } from "node:net";
import { Ratelimit } from "@upstash/ratelimit";
import { Redis } from "@upstash/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisLab, startRedisLab } from "../../rigs/redis/redis-lab.ts";

let lab: RedisLab;
beforeAll(async () => {
  lab = await startRedisLab();
}, 200_000);
afterAll(() => lab.close());

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${lab.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${lab.token}`, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

describe("Upstash's own client, in front of a plain Redis", () => {
  it.each(["text", "OK", "", "grüße 🙂", "0", '{"a":1}', "a\u0000b"])("gets back %j as it was set", async (value) => {
    const raw = new Redis({ url: lab.url, token: lab.token, automaticDeserialization: false, enableTelemetry: false });
    expect(await raw.set("key", value)).toBe("OK");
    expect(await raw.get("key")).toBe(value);
  });

  it("gets numbers, lists, hashes and nothing", async () => {
    await lab.redis.del("list", "hash", "counter");
    await lab.redis.rpush<string | number>("list", "a", "b", 3);
    await lab.redis.hset("hash", { one: 1, two: { deep: true } });
    expect(await lab.redis.incrby("counter", 41)).toBe(41);
    expect(await lab.redis.lrange("list", 0, -1)).toEqual(["a", "b", 3]);
    expect(await lab.redis.hgetall("hash")).toEqual({ one: 1, two: { deep: true } });
    expect(await lab.redis.get("missing")).toBeNull();
  });

  it("sends pipelines, and transactions of which all or nothing is carried out", async () => {
    expect(await lab.redis.pipeline().set("p", 1).incr("p").get("p").exec()).toEqual(["OK", 2, 2]);
    expect(await lab.redis.multi().set("m", 5).decr("m").exec()).toEqual(["OK", 4]);
    await expect(lab.redis.multi().set("m", 9).exec()).resolves.toEqual(["OK"]);
  });

  it("hears of a command that fails", async () => {
    await lab.redis.set("text", "no list");
    await expect(lab.redis.lpush("text", "x")).rejects.toThrow(/WRONGTYPE/u);
  });

  it("runs scripts, by text and by name", async () => {
    expect(await lab.redis.eval("return { KEYS[1], ARGV[1] }", ["k"], ["v"])).toEqual(["k", "v"]);
    const name = await lab.redis.scriptLoad("return 7");
    expect(await lab.redis.evalsha(name, [], [])).toBe(7);
    await expect(lab.redis.evalsha("0".repeat(40), [], [])).rejects.toThrow(/NOSCRIPT/u);
  });

  it.each([
    ["fixed window", () => Ratelimit.fixedWindow(5, "60 s")],
    ["sliding window", () => Ratelimit.slidingWindow(5, "60 s")],
    ["token bucket", () => Ratelimit.tokenBucket(5, "60 s", 5)],
  ])("limits rates with a %s, whose scripts plain Redis refuses as they are", async (name, limiter) => {
    const ratelimit = new Ratelimit({ redis: lab.redis, limiter: limiter(), prefix: name, ephemeralCache: false });
    const results = [];
    for (let request = 0; request < 7; request += 1) results.push((await ratelimit.limit("caller")).success);
    expect(results).toEqual([true, true, true, true, true, false, false]);
  });
});

describe("the bridge", () => {
  it.each([
    ["without a token", {}],
    ["with another token", { authorization: "Bearer other" }],
    ["with part of it", { authorization: "Bearer token-of-a" }],
  ])("refuses who comes %s", async (_, headers) => {
    const response = await fetch(lab.url, { method: "POST", headers, body: '["PING"]' });
    expect([response.status, await response.json()]).toEqual([401, { error: "Unauthorized" }]);
  });

  it.each([
    ["/", "no JSON", 400],
    ["/", {}, 400],
    ["/", [], 400],
    ["/pipeline", ["PING"], 400],
    ["/elsewhere", ["PING"], 404],
  ])("refuses at %s what is no command: %j", async (path, body, status) => {
    const response = await post(path, body);
    expect(response.status).toBe(status);
    await response.text();
  });

  it.each([[["SUBSCRIBE", "news"]], [["SELECT", "1"]], [["blpop", "list", "0"]], [["MULTI"]], [["MONITOR"]]])(
    "refuses what would need a connection of its own: %j",
    async (command) => {
      const response = await post("/", command);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: expect.stringContaining("needs a connection of its own") });
    },
  );

  it("goes on when a client leaves in the middle of its request", async () => {
    const { hostname, port } = new URL(lab.url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    const head = `POST / HTTP/1.1\r\nhost: bridge\r\nauthorization: Bearer ${lab.token}\r\ncontent-length: 100\r\n\r\n["PI`;
    await new Promise((resolve) => socket.write(head, resolve));
    await lab.redis.ping();
    socket.destroy();
    await once(socket, "close");
    expect(await lab.redis.ping()).toBe("PONG");
  });

  it("says so when a request is too long", async () => {
    const response = await post("/", ["SET", "long", "x".repeat(9 * 1024 * 1024)]);
    expect([response.status, await response.json()]).toEqual([413, { error: "A request may have at most 8388608 bytes." }]);
  });

  it("answers in base64 where it is asked to", async () => {
    await lab.redis.set("b", "text");
    expect(await (await post("/", ["GET", "b"], { "upstash-encoding": "base64" })).json()).toEqual({ result: "dGV4dA==" });
    expect(await (await post("/", ["GET", "b"])).json()).toEqual({ result: "text" });
  });
});
