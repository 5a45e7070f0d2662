import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createUpstashLedger } from "../../../src/adapters/upstash/ledger.ts";
import { createRatedLedger } from "../../../src/adapters/upstash/rated-ledger.ts";
import { createRequestRates } from "../../../src/adapters/upstash/request-rates.ts";
import type { Admission } from "../../../src/core/ledger/book.ts";
import type { LedgerNote } from "../../../src/core/ledger/exchange.ts";
import { account, charges, opening } from "../../core/ledger/accounts-of.ts";
import { type RedisLab, startRedisLab } from "../../rigs/redis/redis-lab.ts";

let lab: RedisLab;
beforeAll(async () => {
  lab = await startRedisLab();
}, 200_000);
afterAll(() => lab.close());
beforeEach(() => lab.redis.flushall());

const now = (): number => Date.now();
const RATE = account("rate", { meter: "requests", limit: 20, window: { kind: "sliding", ms: 3_600_000 } });
const TOKENS = account("tokens", { limit: 100 });

function openLedger() {
  const ledger = createRatedLedger(createUpstashLedger(lab.redis, now), createRequestRates(lab.redis, now));
  const ask = async (admit: readonly ReturnType<typeof opening>[], notes: readonly LedgerNote[] = []) =>
    (await ledger.exchange("tenant", { isolate: "isolate", notes, admit, slice: null })).admissions;
  return { ledger, ask };
}

const kinds = (admissions: readonly Admission[]): readonly string[] => admissions.map(({ kind }) => kind);

it("admits as many requests of a burst as the rate allows, and says when there is room", async () => {
  const { ask } = openLedger();
  const bursts = await Promise.all(
    Array.from({ length: 6 }, (_, burst) =>
      ask(Array.from({ length: 10 }, (__, index) => opening(`${burst}-${index}`, charges(1, RATE)))),
    ),
  );
  const admissions = bursts.flat();
  expect(kinds(admissions).filter((kind) => kind === "granted")).toHaveLength(20);
  const denied = admissions.find(({ kind }) => kind === "denied");
  expect(denied).toMatchObject({ key: RATE.key, standings: [{ key: RATE.key, meter: "requests", limit: 20, remaining: 0 }] });
  expect(denied?.kind === "denied" && (denied.waitMs ?? 0)).toBeGreaterThan(0);
});

it("leaves everything but rates to the ledger, which hears of nothing that the rate refuses", async () => {
  const { ask } = openLedger();
  const [first] = await ask([opening("first", [...charges(1, RATE), ...charges(30, TOKENS)])]);
  expect(first?.standings.map(({ meter, remaining }) => [meter, remaining])).toEqual([
    ["requests", 19],
    ["tokens", 70],
  ]);
  const others = await ask(
    Array.from({ length: 20 }, (_, index) => opening(`${index}`, [...charges(1, RATE), ...charges(1, TOKENS)])),
  );
  expect(kinds(others).filter((kind) => kind === "granted")).toHaveLength(19);
  const [look] = await ask([opening("look", charges(0, TOKENS))]);
  expect(look?.standings[0]?.remaining).toBe(100 - 30 - 19);
});

it("counts what the ledger refuses after it", async () => {
  const { ask } = openLedger();
  expect(kinds(await ask([opening("large", [...charges(1, RATE), ...charges(1_000, TOKENS)])]))).toEqual(["denied"]);
  const [next] = await ask([opening("next", charges(1, RATE))]);
  expect(next?.standings[0]?.remaining).toBe(18);
});

it("asks nobody while an isolate knows that the rate is used up", async () => {
  let calls = 0;
  const counted = {
    evalsha: (...args: Parameters<typeof lab.redis.evalsha>) => {
      calls += 1;
      return lab.redis.evalsha(...args);
    },
    eval: (...args: Parameters<typeof lab.redis.eval>) => lab.redis.eval(...args),
  };
  // The library's type asks for more than it calls.
  const rates = createRequestRates(Object.assign(Object.create(lab.redis) as typeof lab.redis, counted), now);
  const small = { ...RATE, key: "small", limit: 1 };
  const taken = [];
  for (let request = 0; request < 5; request += 1) taken.push((await rates.take(small, 1)).isAdmitted);
  expect({ taken, calls }).toEqual({ taken: [true, false, false, false, false], calls: 2 });
});

it("rejects, and does not admit, when Redis does not answer", async () => {
  const { ask } = openLedger();
  await ask([opening("warm", charges(1, RATE))]);
  process.kill(lab.server.pid, "SIGSTOP");
  try {
    await expect(ask([opening("late", charges(1, RATE))])).rejects.toThrow("The rate limiter has not answered in time.");
  } finally {
    process.kill(lab.server.pid, "SIGCONT");
    await sleep(100);
  }
});
