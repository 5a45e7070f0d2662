import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttackContext } from "./attacks/attack-case.ts";
import { startAttackLab } from "./attacks/lab.ts";
import { encodeRequest } from "./fuzz/fuzz-request.ts";
import { generateMalformed } from "./fuzz/generate.ts";
import { describeFuzz, runFuzz } from "./fuzz/run-fuzz.ts";

const IS_FULL = process.env["FAIRLEAD_FULL"] === "1";
const COUNT = IS_FULL ? 2_000 : 300;
const SEED = Number(process.env["FAIRLEAD_SEED"] ?? 20_261_117);

describe("the generator", () => {
  it("gives the same requests for the same seed", () => {
    const first = [...generateMalformed(7, 50)].map((request) => encodeRequest(request));
    const second = [...generateMalformed(7, 50)].map((request) => encodeRequest(request));
    expect(second).toEqual(first);
  });
});

describe("malformed requests", () => {
  let lab: AttackContext & { close(): Promise<void> };
  beforeAll(async () => {
    lab = await startAttackLab();
  }, 60_000);
  afterAll(async () => {
    await lab.close();
  }, 20_000);

  it(
    `are refused in the caller's dialect, before any upstream is asked: ${COUNT} of seed ${SEED}`,
    { timeout: 300_000 },
    async () => {
      let reached = 0;
      const report = await runFuzz({
        url: lab.url,
        key: lab.key,
        model: "x-fuzz",
        count: COUNT,
        seed: SEED,
        secrets: lab.secrets,
        ...(IS_FULL ? { limitMs: 1_000 } : {}),
        upstreamAttempts: async () => {
          reached += lab.chaos.attempts().length;
          lab.chaos.reset();
          return reached;
        },
      });
      expect(report.failures, describeFuzz(report)).toEqual([]);
    },
  );
});
