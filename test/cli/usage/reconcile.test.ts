import { describe, expect, it } from "vitest";
import { readProviderTotals } from "../../../src/cli/usage/read-provider-totals.ts";
import { describeExpired, reconcile, renderReconciled } from "../../../src/cli/usage/reconcile.ts";
import { renderUsage, usd } from "../../../src/cli/usage/render-usage.ts";
import type { PrintedGroup } from "../../../src/cli/usage/usage-group.ts";
import { TOTALS, type UsageTotals } from "../../../src/core/ledger/usage-report.ts";

const DAY = "2026-11-22";
const NOTHING = Object.fromEntries(TOTALS.map((name) => [name, 0])) as UsageTotals; // every name is there
const group = (target: string, totals: Partial<UsageTotals>, day = DAY): PrintedGroup => ({
  group: { day, target },
  ...NOTHING,
  ...totals,
});
const total = (model: string, inputTokens: number, outputTokens: number) => ({
  day: DAY,
  model,
  inputTokens,
  outputTokens,
  costMicroUsd: 7,
});

describe("reconcile", () => {
  it("compares by model and day, and leaves other providers out", () => {
    const groups = [
      group("openai/mini", { inputTokens: 90, outputTokens: 10, costMicroUsd: 5, estimatedTokens: 12 }),
      group("pool/mini", { inputTokens: 1 }),
    ];
    const [only, ...others] = reconcile("openai", [total("mini", 100, 10)], groups);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ day: DAY, model: "mini", difference: { inputTokens: 10, outputTokens: 0, costMicroUsd: 2 } });
    expect(only?.because).toEqual(["12 tokens counted by us, nobody reported them"]);
  });

  it("explains nothing where nothing differs, even what was estimated", () => {
    const groups = [group("openai/mini", { inputTokens: 90, costMicroUsd: 7, estimatedTokens: 90 })];
    expect(reconcile("openai", [total("mini", 90, 0)], groups)).toMatchObject([{ because: [] }]);
  });

  it("shows what only one side knows of", () => {
    const reconciled = reconcile(
      "openai",
      [total("elsewhere", 5, 5)],
      [group("openai/vertex/model", { inputTokens: 3, unchargedTokens: 3 })],
    );
    expect(reconciled).toMatchObject([
      { model: "elsewhere", because: ["none of our requests: another client of the account, or rows older than 40 days"] },
      {
        model: "vertex/model",
        because: ["not in the provider's totals", "3 tokens that no account was charged: refused requests and copies"],
      },
    ]);
    expect(renderReconciled(reconciled)).toContain(`${DAY} elsewhere: none of our requests`);
  });

  it("tells of expired requests apart: whom they asked is not known", () => {
    expect(describeExpired([group("openai/mini", { expired: 1 })])).toBeNull();
    expect(describeExpired([group("", { expired: 2, costMicroUsd: 30 })])).toBe(
      "2 requests expired, charged $0.000030: whom they asked is not known.",
    );
  });
});

describe("a provider's totals", () => {
  const wanted = [{ day: DAY, model: "a,b", inputTokens: 10, outputTokens: 2, costMicroUsd: 1_234_568 }];

  it("are read of CSV and of JSON, to the micro-dollar", () => {
    expect(
      readProviderTotals(`model,day,cost_usd,requests,input_tokens,output_tokens\r\n"a,b",${DAY},1.2345678,9,10,2\r\n`),
    ).toEqual(wanted);
    const json = [{ day: DAY, model: "a,b", input_tokens: 10, output_tokens: 2, cost_usd: "1.234568" }];
    expect(readProviderTotals(JSON.stringify(json))).toEqual(wanted);
  });

  it.each([
    ["model,day\nx,y", "lack the columns input_tokens, output_tokens, cost_usd"],
    [`day,model,input_tokens,output_tokens,cost_usd\n22.11.2026,m,1,1,1`, "Line 1 of the provider's totals: 'day' must be a day"],
    [
      `day,model,input_tokens,output_tokens,cost_usd\n${DAY},m,1,1,1\n${DAY},m,-1,1,1`,
      "Line 2 of the provider's totals: 'input_tokens'",
    ],
    [`day,model,input_tokens,output_tokens,cost_usd\n${DAY},m,1,1,$3`, "'cost_usd' must be US dollars"],
  ])("are refused where something is missing or wrong: %j", (text, message) => {
    expect(() => readProviderTotals(text)).toThrow(message);
  });
});

it("prints a report whose names drive no terminal", () => {
  const printed = renderUsage([{ ...group("", {}), group: { model: "\u001B[2Jfast", day: "" } }]);
  expect(printed.split("\n")[1]).toMatch(/^\?\[2Jfast {2}- /);
  expect(renderUsage([])).toBe("Nothing was used.");
  expect([0, 7, 1_234_567, -1_500_000].map(usd)).toEqual(["0.000000", "0.000007", "1.234567", "-1.500000"]);
});

it("prints what was charged and what nobody was charged apart", () => {
  const printed = renderUsage([group("openai/mini", { costMicroUsd: 10_000_000, unchargedCostMicroUsd: 4_000_000 })]);
  const [head = "", line = ""] = printed.split("\n").map((each) => each.split(/ {2,}/));
  const told = Object.fromEntries([...head].map((name, column) => [name, line[column]]));
  expect(told).toMatchObject({ "charged USD": "6.000000", "uncharged USD": "4.000000" });
});
