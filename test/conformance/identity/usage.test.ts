import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askAdmin, readUsage } from "../faults/ask-router.ts";
import { runPricing } from "./pricing.ts";
import { CANARY, PRICES, startUsageLab, type UsageLab } from "./usage-lab.ts";

let lab: UsageLab;
beforeAll(async () => {
  lab = await startUsageLab();
});
afterAll(() => lab.close());

const microUsd = (usd: string): bigint => BigInt(usd.replace(".", ""));

function found(where: string, words: readonly string[]): readonly string[] {
  return words.filter((word) => where.includes(word));
}

describe("what a request cost", () => {
  it("is in its row and in its headers, to the micro-dollar, of each kind of token", async () => {
    const usage = {
      prompt_tokens: 1_777,
      completion_tokens: 911,
      prompt_tokens_details: { cached_tokens: 333, cache_write_tokens: 222, audio_tokens: 111, image_tokens: 77 },
      completion_tokens_details: { reasoning_tokens: 401, audio_tokens: 99, image_tokens: 55 },
    };
    const { headers, id } = await lab.ask("plain", { usage, says: "Aye. ".repeat(300) });
    const kinds = [
      [1_777 - 333 - 222 - 111 - 77, PRICES.inputPerMillion],
      [333, PRICES.cachedInputPerMillion],
      [222, PRICES.cacheWritePerMillion],
      [111, PRICES.audioInputPerMillion],
      [77, PRICES.imageInputPerMillion],
      [911 - 401 - 99 - 55, PRICES.outputPerMillion],
      [401, PRICES.reasoningPerMillion],
      [99, PRICES.audioOutputPerMillion],
      [55, PRICES.imageOutputPerMillion],
    ] as const;
    const exact = kinds.reduce((sum, [tokens, usd]) => sum + BigInt(tokens) * microUsd(usd), 0n);
    const cost = Number((exact + 999_999n) / 1_000_000n);
    expect(headers["x-fairlead-cost"]).toBe(String(cost));
    const { facts, state } = await lab.rowOf(id);
    expect(state).toBe("settled");
    expect(facts).toMatchObject({ costMicroUsd: cost, totalCostMicroUsd: cost, consumer: expect.any(String), model: "plain" });
    expect(facts.attempts).toEqual([
      {
        target: "rig/plain",
        outcome: "ok",
        costMicroUsd: cost,
        usage: {
          inputTokens: 1_777,
          cachedInputTokens: 333,
          cacheWriteTokens: 222,
          outputTokens: 911,
          reasoningTokens: 401,
          audioInputTokens: 111,
          imageInputTokens: 77,
          audioOutputTokens: 99,
          imageOutputTokens: 55,
          estimated: false,
        },
      },
    ]);
  });

  it("is what an independent calculation says, of any usage, whole and in streams", async () => {
    const { expected, report, rows, wrong } = await runPricing(lab, { requests: 48, seed: 7 });
    expect(wrong).toEqual([]);
    expect([rows, report]).toEqual([expected, expected]);
  });

  it("counts what was tried before: what may be billed is estimated and priced, a refusal costs nothing", async () => {
    const usage = { prompt_tokens: 20, completion_tokens: 10 };
    const { headers, id } = await lab.ask("over", { usage, error: { status: 500, body: { error: { message: "no" } } } });
    const { facts } = await lab.rowOf(id);
    expect(facts.attempts).toMatchObject([
      {
        target: "rig/slow",
        outcome: "timeout_ttft",
        usage: { estimated: true, outputTokens: 0 },
        costMicroUsd: expect.any(Number),
      },
      { target: "rig/first", outcome: "server_error", usage: null, costMicroUsd: null },
      { target: "rig/second", outcome: "ok", usage: { inputTokens: 20, outputTokens: 10, estimated: false } },
    ]);
    const costs = facts.attempts.map(({ costMicroUsd }) => costMicroUsd ?? 0);
    expect(costs[0]).toBeGreaterThan(0);
    expect(facts.totalCostMicroUsd).toBe(costs.reduce((sum, cost) => sum + cost, 0));
    expect(headers["x-fairlead-cost"]).toBe(String(facts.totalCostMicroUsd));
  });

  it("is not known, and never free, of a model without a price", async () => {
    const { headers, id } = await lab.ask("unpriced", { usage: { prompt_tokens: 20, completion_tokens: 10 } });
    expect(headers).not.toHaveProperty("x-fairlead-cost");
    expect((await lab.rowOf(id)).facts).toMatchObject({
      costMicroUsd: null,
      attempts: [{ costMicroUsd: null, usage: { inputTokens: 20 } }],
    });
    const report = await askAdmin(lab.router, "/admin/api/usage?by=provider");
    expect(report).toMatchObject({
      groups: expect.arrayContaining([expect.objectContaining({ group: { provider: "free" }, unpricedAttempts: 1 })]),
    });
  });
});

describe("usage that an upstream made up", () => {
  it.each([
    ["negative", -5],
    ["1e308", "#1e308"],
    ["a string", "17"],
    ["a fraction", 1.5],
    ["nothing", null],
    ["zero", 0],
  ])("is replaced by our own count, flagged, where it is %s (attack F13)", async (_, count) => {
    const usage = { prompt_tokens: count, completion_tokens: count };
    for (const stream of [false, true]) {
      const { id, status } = await lab.ask("plain", { usage }, { stream });
      expect(status).toBe(200);
      const { usage: booked, totalCostMicroUsd } = (await lab.rowOf(id)).facts;
      expect(booked).toMatchObject({ estimated: true, cachedInputTokens: 0 });
      expect(booked?.inputTokens).toBeGreaterThan(10);
      expect(booked?.inputTokens).toBeLessThan(100);
      expect(totalCostMicroUsd).toBeLessThan(1_000);
    }
  });

  it.each([
    ["null", { completion_tokens: null }],
    ["missing", {}],
    ["0 beside an answer", { completion_tokens: 0 }],
  ])("is replaced by our own count, flagged, where its output alone is %s", async (_, output) => {
    const says = "Aye. ".repeat(400);
    for (const stream of [false, true]) {
      const { id } = await lab.ask("plain", { usage: { prompt_tokens: 20, ...output }, says }, { stream });
      const [attempt] = (await lab.rowOf(id)).facts.attempts;
      expect(attempt).toMatchObject({ usage: { inputTokens: 20, outputTokens: says.length / 4, estimated: true } });
      expect(attempt).not.toHaveProperty("claimed");
    }
  });

  it("is cut to what the request can have used, flagged, and raises an alarm (attack F14)", async () => {
    const says = "Aye. ".repeat(2_000);
    const [input, output] = [Math.ceil(says.length / 4), Math.ceil(says.length / 4)];
    const usage = { prompt_tokens: input * 10, completion_tokens: output * 10 };
    const { id } = await lab.ask("plain", { usage, says }, { max_tokens: 10_000 });
    const { facts } = await lab.rowOf(id);
    const [attempt] = facts.attempts;
    expect(attempt).toMatchObject({
      claimed: { inputTokens: input * 10, outputTokens: output * 10 },
      usage: { estimated: true },
    });
    expect(attempt?.usage?.inputTokens).toBeLessThan(input * 10);
    expect(attempt?.usage?.outputTokens).toBe(20_000);
    expect(await askAdmin(lab.router, "/admin/api/health")).toMatchObject({
      alarms: expect.arrayContaining([expect.objectContaining({ kind: "usage_implausible", subject: "default/rig/plain" })]),
    });
  });
});

describe("secrets", () => {
  it("are in no answer, header, row, usage entry or report: provider keys, and what callers say (attacks F05, F06, F07)", async () => {
    const prompt = "my card is 4111 1111 1111 1111, my key is sk-PROMPT-abcdef, mail jane@example.org";
    const body = { error: { message: `Incorrect API key provided: ${CANARY}.`, type: "auth", code: CANARY } };
    const heard = [
      await lab.ask("plain", { says: prompt, usage: { prompt_tokens: 20, completion_tokens: 20 } }),
      await lab.ask("plain", { says: prompt }, { stream: true }),
      await lab.ask("plain", { says: prompt, error: { status: 401, body } }),
      await lab.ask("plain", { says: prompt, error: { status: 500, body } }),
      await lab.ask("plain", { says: prompt, error: { status: 400, body } }),
    ];
    await lab.rowOf(heard[0]?.id ?? "");
    const answers = heard.map(({ body: said, headers }) => JSON.stringify(headers) + said.toString());
    const told = await Promise.all(
      ["ledger/rows?limit=1000", "requests?limit=1000", "usage?by=key,model", "health"].map((path) =>
        askAdmin(lab.router, `/admin/api/${path}`),
      ),
    );
    const kept = [...told.map((each) => JSON.stringify(each)), await (await fetch(`${lab.router.url}/metrics`)).text()].join(
      "\n",
    );
    expect(found(answers.join("\n") + kept, ["CANARY"])).toEqual([]);
    expect(found(kept, ["4111", "sk-PROMPT", "jane@"])).toEqual([]);
    expect((await readUsage(lab.router)).length).toBeGreaterThan(5);
  });
});
