import { afterAll, beforeAll, expect, it } from "vitest";
import { type RedisLab, startRedisLab } from "../../rigs/redis/redis-lab.ts";
import { INSIDE, type LimitsLab, startLimitsLab } from "./limits-lab.ts";

let redis: RedisLab;
let lab: LimitsLab;
beforeAll(async () => {
  redis = await startRedisLab();
  lab = await startLimitsLab({ processes: 2, redis, consumers: { bursts: { limits: [{ requests: 20, per: "1h" }] } } });
});
afterAll(async () => {
  await lab.close();
  await redis.close();
});

it("a caller gets exactly so many requests where Redis keeps the books, wherever they come in at once", async () => {
  const heard = await Promise.all(Array.from({ length: 60 }, (_, request) => lab.ask("bursts", request % 2, { model: INSIDE })));
  expect(heard.filter(({ status }) => status === 200)).toHaveLength(20);
  const refused = heard.find(({ status }) => status === 429) ?? expect.unreachable();
  expect(refused.headers).toMatchObject({ "x-ratelimit-limit-requests": "20", "x-ratelimit-remaining-requests": "0" });
  expect(await redis.redis.keys("*account*")).toEqual([expect.stringContaining("consumer/bursts requests")]);
});
