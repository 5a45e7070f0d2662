import { expect, it } from "vitest";
import { runKills } from "./kills.ts";

it("keeps the books right when routers and the host of objects are killed under load", async () => {
  const seen = await runKills({ kills: 8, seed: 20_261_122 });
  expect(seen).toMatchObject({ kills: 8, held: 0, drift: [], wrong: [], strictLost: 0, vanished: 0 });
  // It cannot pass by asking nothing.
  expect(seen.answers).toBeGreaterThan(20);
});
