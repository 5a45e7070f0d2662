import { beforeAll, describe, expect, it } from "vitest";
import { type DiamondReport, type Finding, runDiamond } from "./run-diamond.ts";
import { runDirect } from "./run-direct.ts";
import { runTwoTurn, type TwoTurnReport } from "./run-two-turn.ts";

const IS_FULL = process.env["FAIRLEAD_FULL"] === "1";
const SEED = Number(process.env["FAIRLEAD_SEED"] ?? 20_261_117);
const LIMIT_MS = IS_FULL ? 3_600_000 : 120_000;
const size = IS_FULL ? "every" : "rotating";

function lines(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ answer, at, what }) => `${answer} at ${at}: ${what}`);
}

describe("every recorded answer, asked for at every surface", () => {
  let report: DiamondReport;
  beforeAll(async () => {
    report = await runDiamond({ clients: size, chunkSizes: size, offsets: IS_FULL ? 200 : 0, seed: SEED });
    const { answers, cases, cutExchanges, exchanges } = report;
    console.log(`${answers} answers of ${cases} cases in ${exchanges} exchanges, ${cutExchanges} of them cut:`);
    for (const { agreed, asked, excepted, name } of report.clients)
      console.log(`  ${name}: ${agreed} of ${asked} heard as said, ${excepted} excepted`);
  }, LIMIT_MS);

  it("is heard by stock clients as its provider said it, and a failed one never passes for a success", () => {
    expect(report.answers).toBeGreaterThan(600);
    expect(lines(report.clientFindings)).toEqual([]);
  });

  it("needs every exception that is listed", () => {
    expect(report.staleExceptions).toEqual([]);
  });

  it("keeps the rules of its surface's wire format", () => {
    expect(lines(report.wireFindings)).toEqual([]);
  });

  it("does not depend on how the upstream's chunks are cut", () => {
    expect(report.cutExchanges).toBeGreaterThan(200);
    expect(lines(report.cutFindings)).toEqual([]);
  });
});

describe("an answer with sealed thoughts, sent back as history by stock clients", () => {
  let report: TwoTurnReport;
  beforeAll(async () => {
    report = await runTwoTurn({ talkers: size });
    console.log(`${report.seals} seals of ${report.answers} answers in ${report.conversations} conversations`);
  }, LIMIT_MS);

  it("comes back to the family that sealed it, byte for byte and in its order", () => {
    expect(report.seals).toBeGreaterThan(100);
    expect(lines(report.keptFindings)).toEqual([]);
  });

  it("needs every exception that is listed", () => {
    expect(report.staleExceptions).toEqual([]);
  });

  it("shows its seals to no other family", () => {
    expect(lines(report.leakedFindings)).toEqual([]);
  });
});

describe("the clients by themselves", () => {
  it("hear most answers as their provider said them, so that a difference is the router's", { timeout: LIMIT_MS }, async () => {
    const clients = await runDirect();
    for (const { agreed, asked, name } of clients) {
      console.log(`  ${name}, at the provider: ${agreed} of ${asked} heard as said`);
      expect(agreed / asked, name).toBeGreaterThan(0.85);
    }
  });
});
