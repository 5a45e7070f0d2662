import { expect, it } from "vitest";
import { runClientLeaves } from "./client-leaves.ts";
import { IS_FULL } from "./lab.ts";

it("ends the upstream's work when a caller leaves, and holds it against nobody", { timeout: 300_000 }, async () => {
  const clients = IS_FULL ? 200 : 40;
  const figures = await runClientLeaves({ clients });
  expect(figures).toMatchObject({ stillLive: 0, miscounted: 0, healthUnchanged: true, slotsFreed: true });
  expect(figures.outcomes).toEqual({ client_left: clients });
  expect(figures.closeMs).toHaveLength(clients);
});
