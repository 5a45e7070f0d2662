import { describe, expect, it } from "vitest";
import { chargesOf, joinPlans, planCharges } from "../../../src/core/ledger/charge-request.ts";
import type { CompiledLimit } from "../../../src/core/policy/compiled-consumer.ts";
import { MINUTE, MONTH } from "./accounts-of.ts";

const limit = (id: string, detail: Partial<CompiledLimit> = {}): CompiledLimit => ({
  id,
  label: id,
  meter: "tokens",
  limit: 1_000,
  window: MINUTE,
  models: [],
  batchPercent: 100,
  failureMode: "local",
  ...detail,
});
const asked = { tenant: "acme", model: "fast-1", priority: "interactive" } as const;

describe("a request is charged", () => {
  it("under every limit that counts its model", () => {
    const limits = [limit("all"), limit("fast", { models: ["fast-*"] }), limit("slow", { models: ["slow"] })];
    const { accounts, limits: counting } = planCharges(limits, asked);
    expect(counting.map(({ label }) => label)).toEqual(["all", "fast"]);
    expect(accounts).toBe("acme|ledger|all acme|ledger|fast");
    expect(planCharges(limits, { ...asked, model: "slow" }).limits.map(({ label }) => label)).toEqual(["all", "slow"]);
  });

  it("under the limits of whoever asks and of what is asked for, at once", () => {
    const [caller, model, nothing] = [[limit("caller")], [limit("model", { models: ["fast-*"] })], []].map((limits) =>
      planCharges(limits, asked),
    );
    if (caller === undefined || model === undefined || nothing === undefined) expect.unreachable();
    expect(joinPlans(caller, model)).toMatchObject({
      accounts: "acme|ledger|caller acme|ledger|model",
      limits: [{ label: "caller" }, { label: "model" }],
    });
    expect(joinPlans(caller, nothing)).toBe(caller);
    expect(joinPlans(nothing, model)).toBe(model);
  });

  it("with what each limit counts", () => {
    const limits = [limit("t"), limit("r", { meter: "requests" }), limit("m", { meter: "microUsd", window: MONTH })];
    const amount = { tokens: 700, requests: 1, microUsd: 12, concurrency: 1 };
    const floor = { tokens: 200, requests: 1, microUsd: 4, concurrency: 0 };
    const charges = chargesOf(planCharges(limits, asked), { amount, floor });
    expect(charges.map(({ amount: units, floor: least }) => [units, least])).toEqual([
      [700, 200],
      [1, 1],
      [12, 4],
    ]);
  });

  it("with no more than the limit, where it is only likely to need that", () => {
    const [charge] = chargesOf(planCharges([limit("t", { limit: 300 })], asked), {
      amount: { tokens: 700, requests: 1, microUsd: 0, concurrency: 1 },
      floor: { tokens: 200, requests: 1, microUsd: 0, concurrency: 0 },
    });
    expect(charge?.amount).toBe(300);
    const [certain] = chargesOf(planCharges([limit("t", { limit: 100 })], asked), {
      amount: { tokens: 700, requests: 1, microUsd: 0, concurrency: 1 },
      floor: { tokens: 200, requests: 1, microUsd: 0, concurrency: 0 },
    });
    expect(certain?.amount).toBe(200);
  });

  it("as part of what batch requests may fill, in the same account", () => {
    const limits = [limit("all", { batchPercent: 60 })];
    const account = (priority: "interactive" | "batch") => planCharges(limits, { ...asked, priority }).limits[0]?.account;
    expect([account("interactive"), account("batch")]).toMatchObject([
      { key: "acme|ledger|all", limit: 1_000 },
      { key: "acme|ledger|all", limit: 600 },
    ]);
  });
});
