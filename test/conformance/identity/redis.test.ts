import { afterAll, beforeAll, expect, it } from "vitest";
import { type RedisLab, startRedisLab } from "../../rigs/redis/redis-lab.ts";
import { INSIDE, type LimitsLab, startLimitsLab } from "./limits-lab.ts";

let redis: RedisLab;
let lab: LimitsLab;
beforeAll(async () => {
  redis = await startRedisLab();
  const { token, url } = redis;
  lab = await startLimitsLab({
    processes: 2,
    redis: { url, token, requestRates: "UpstashRatelimit" },
    consumers: { bursts: { limits: [{ requests: 20, per: "1h" }] }, talks: { limits: [{ tokens: 1_500, per: "1h" }] } },
  });
});
afterAll(async () => {
  await lab.close();
  await redis.close();
});

it("a rate that @upstash/ratelimit decides is kept over all routers, and told in every answer", async () => {
  const heard = await Promise.all(Array.from({ length: 60 }, (_, request) => lab.ask("bursts", request % 2, { model: INSIDE })));
  expect(heard.filter(({ status }) => status === 200)).toHaveLength(20);
  const refused = heard.find(({ status }) => status === 429) ?? expect.unreachable();
  expect(refused.headers).toMatchObject({ "x-ratelimit-limit-requests": "20", "x-ratelimit-remaining-requests": "0" });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect(await redis.redis.keys("rate:*")).toEqual([expect.stringContaining("consumer/bursts requests")]);
});

it("tokens stay the ledger's", async () => {
  const { headers } = await lab.ask("talks", 0, { model: INSIDE });
  expect(headers["x-ratelimit-limit-tokens"]).toBe("1500");
  expect(await redis.redis.keys("*:account:*")).toEqual([expect.stringContaining("consumer/talks tokens")]);
});
