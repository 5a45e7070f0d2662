import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUpstashLedger } from "../../../src/adapters/upstash/ledger.ts";
import type { LedgerNote } from "../../../src/core/ledger/exchange.ts";
import { account, charges, closing, MONTH, opening } from "../../core/ledger/accounts-of.ts";
import { ledgerContract } from "../../ports/ledger.contract.ts";
import { ledgerBackupContract } from "../../ports/ledger-backup.contract.ts";
import { ledgerRecordsContract } from "../../ports/ledger-records.contract.ts";
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
  ledgerRecordsContract(async () => {
    await lab.redis.flushall();
    const ledger = createUpstashLedger(lab.redis, () => Date.now());
    return { ledger, records: ledger, wait };
  });
  ledgerBackupContract(async () => {
    await lab.redis.flushall();
    return { store: createUpstashLedger(lab.redis, () => Date.now()), wait };
  });

  it("sends the script's name alone, and what exceeds one call in several", async () => {
    await lab.redis.flushall();
    await lab.redis.scriptFlush();
    const sent: string[] = [];
    const ledger = createUpstashLedger(
      {
        evalsha: (sha1, keys, args) => {
          sent.push("name");
          return lab.redis.evalsha(sha1, keys, args);
        },
        eval: (script, keys, args) => {
          sent.push("script");
          return lab.redis.eval(script, keys, args);
        },
      },
      () => Date.now(),
    );
    const limit = account("x", { window: MONTH, limit: 1_000 });
    const notes = Array.from({ length: 600 }, (_, index): LedgerNote => ({
      kind: "settled",
      closing: { ...closing(`note-${index}`, 1), charges: charges(1, limit) },
    }));
    const question = { isolate: "isolate", slice: null, admit: [opening("last", charges(1, limit))] };
    const { admissions } = await ledger.exchange("many", { ...question, notes });
    expect(admissions[0]?.standings[0]?.remaining).toBe(1_000 - 601);
    expect(sent).toEqual(["name", "script", "name", "name"]);
  });

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
