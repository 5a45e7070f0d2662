import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUpstashLedger } from "../../../src/adapters/upstash/ledger.ts";
import { account, charges, MONTH, opening } from "../../core/ledger/accounts-of.ts";
import { ledgerContract } from "../../ports/ledger.contract.ts";
import { type RedisLab, startRedisLab } from "../../rigs/redis/redis-lab.ts";

let lab: RedisLab;
beforeAll(async () => {
  lab = await startRedisLab();
}, 200_000);
afterAll(() => lab.close());

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms + 20));

describe("ledger in a real Redis", () => {
  ledgerContract(
    async () => {
      await lab.redis.flushall();
      return { ledger: createUpstashLedger(lab.redis, () => Date.now()), wait };
    },
    { slices: false },
  );

  it.each([
    ["a month behind", -31 * 86_400_000],
    ["a month ahead", 31 * 86_400_000],
  ])("goes by Redis's clock where this machine's is %s", async (_, offsetMs) => {
    await lab.redis.flushall();
    const limit = account("x", { window: MONTH });
    const admit = (id: string, now: () => number) =>
      createUpstashLedger(lab.redis, now).exchange("skewed", {
        isolate: "isolate",
        notes: [],
        slice: null,
        admit: [opening(id, charges(60, limit))],
      });
    expect((await admit("a", () => Date.now() + offsetMs)).admissions[0]).toMatchObject({ kind: "granted" });
    expect((await admit("b", () => Date.now())).admissions[0]).toMatchObject({ kind: "denied" });
    expect((await admit("b", () => Date.now() + offsetMs)).admissions[0]).toMatchObject({ kind: "denied" });
  });
});
