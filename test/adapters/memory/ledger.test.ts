import { describe, expect, it } from "vitest";
import { createMemoryLedger } from "../../../src/adapters/memory/ledger.ts";
import type { CallerLimit } from "../../../src/core/caller.ts";
import { ledgerContract } from "../../ports/ledger.contract.ts";

const NOW = 1_800_000_000_000;
const limits = [{ key: "t|ledger|a", limitTokens: 100, windowSeconds: 86_400 }];
const usage = {
  inputTokens: 40,
  outputTokens: 20,
  cachedInputTokens: 30,
  cacheWriteTokens: 0,
  reasoningTokens: 10,
  estimated: false,
};

function minute(key: string): readonly CallerLimit[] {
  return [{ key, limitTokens: 100, windowSeconds: 60 }];
}

describe("memory ledger", () => {
  ledgerContract(() => createMemoryLedger());

  it("holds an unsettled reservation for 120 seconds", async () => {
    const ledger = createMemoryLedger();
    await ledger.admit({ requestId: "lost", limits, expectedTokens: 100, now: NOW });
    const ask = { requestId: "next", limits, expectedTokens: 1 };
    await expect(ledger.admit({ ...ask, now: NOW + 119_999 })).resolves.toMatchObject({ kind: "denied" });
    await expect(ledger.admit({ ...ask, now: NOW + 120_000 })).resolves.toMatchObject({ kind: "granted" });
  });

  it("charges a request that settles after its reservation has expired, once", async () => {
    const ledger = createMemoryLedger({ reservationSeconds: 1 });
    await ledger.admit({ requestId: "slow", limits, expectedTokens: 100, now: NOW });
    await ledger.admit({ requestId: "other", limits, expectedTokens: 0, now: NOW + 5_000 });
    await ledger.settle("slow", usage, NOW + 6_000);
    await ledger.settle("slow", usage, NOW + 6_000);
    const ask = { requestId: "next", limits, expectedTokens: 0, now: NOW + 7_000 };
    await expect(ledger.admit(ask)).resolves.toEqual({ kind: "granted", remainingTokens: 40 });
  });

  it("reserves once for a request that asks twice", async () => {
    const ledger = createMemoryLedger();
    const ask = { requestId: "same", limits, expectedTokens: 60, now: NOW };
    await ledger.admit(ask);
    await expect(ledger.admit(ask)).resolves.toEqual({ kind: "granted", remainingTokens: 40 });
  });

  it("rejects what is not a number of tokens instead of granting everything from then on", async () => {
    const ledger = createMemoryLedger();
    await expect(ledger.admit({ requestId: "odd", limits, expectedTokens: Number.NaN, now: NOW })).rejects.toThrow(RangeError);
    await ledger.admit({ requestId: "even", limits, expectedTokens: 100, now: NOW });
    await expect(ledger.settle("even", { ...usage, inputTokens: Number.NaN }, NOW)).rejects.toThrow(RangeError);
    await expect(ledger.admit({ requestId: "next", limits, expectedTokens: 1, now: NOW })).resolves.toMatchObject({
      kind: "denied",
    });
  });

  it("rejects rather than forget an open window when it is full, and makes room of ended ones", async () => {
    const ledger = createMemoryLedger({ maxWindows: 1 });
    await ledger.admit({ requestId: "1", limits: minute("a"), expectedTokens: 1, now: NOW });
    await expect(ledger.admit({ requestId: "2", limits: minute("b"), expectedTokens: 1, now: NOW })).rejects.toThrow("full");
    await expect(
      ledger.admit({ requestId: "3", limits: minute("b"), expectedTokens: 1, now: NOW + 60_000 }),
    ).resolves.toMatchObject({ kind: "granted" });
  });

  it("releases the oldest reservation when too many are unsettled", async () => {
    const ledger = createMemoryLedger({ maxRequests: 2 });
    for (const requestId of ["1", "2", "3"]) await ledger.admit({ requestId, limits, expectedTokens: 10, now: NOW });
    await expect(ledger.admit({ requestId: "4", limits, expectedTokens: 0, now: NOW })).resolves.toEqual({
      kind: "granted",
      remainingTokens: 90,
    });
  });
});
