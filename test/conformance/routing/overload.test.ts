import { expect, it } from "vitest";
import { runOverload } from "./overload.ts";

it("sheds what an upstream cannot take, batch first, and tells when to come back", { timeout: 60_000 }, async () => {
  const options = { processes: 2, slots: 4, serviceMs: 200, steps: [3], secondsPerStep: 8, settleSeconds: 3 };
  for (const { servedBatch, servedInteractive, shed, wrong } of (await runOverload(options)).steps) {
    expect(wrong).toBe(0);
    expect(shed).toBeGreaterThan(0);
    expect(servedInteractive).toBeGreaterThan(servedBatch);
  }
});
