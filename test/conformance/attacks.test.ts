import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AttackContext, runAttack } from "./attacks/attack-case.ts";
import { startAttackLab } from "./attacks/lab.ts";
import { attackCases } from "./attacks.ts";

const IS_FULL = process.env["FAIRLEAD_FULL"] === "1";
const CASE_MS = 40_000;

describe("attacks over the wire", () => {
  let lab: AttackContext & { close(): Promise<void> };
  beforeAll(async () => {
    lab = await startAttackLab();
  }, 60_000);
  afterAll(async () => {
    await lab.close();
    const skipped = IS_FULL ? [] : attackCases.filter(({ slow }) => slow === true);
    for (const { id, title } of skipped)
      console.log(`Skipped: attack ${id} (${title}) waits for seconds; npm run prove runs it.`);
  }, 20_000);

  for (const attack of attackCases) {
    it.skipIf(attack.slow === true && !IS_FULL)(
      `attack ${attack.id}: ${attack.title.replaceAll(/[^ -~]/g, "?")}`,
      { timeout: CASE_MS },
      async () => {
        expect(await runAttack(attack, lab)).toBeNull();
      },
    );
  }

  it("leaves a router that works", async () => {
    const answer = await fetch(`${lab.url}/v1/models`, { headers: { authorization: `Bearer ${lab.key}` } });
    expect(answer.status).toBe(200);
  });
});
