import { expect, it } from "vitest";
import { runClientLeaves } from "./client-leaves.ts";
import { IS_FULL } from "./lab.ts";

it.each(["native", "mended"] as const)(
  "ends a %s stream's upstream work when its caller leaves, and holds it against nobody",
  { timeout: 300_000 },
  async (form) => {
    const clients = IS_FULL ? 200 : 40;
    const figures = await runClientLeaves({ clients, form });
    expect(figures).toMatchObject({ stillLive: 0, miscounted: 0, healthUnchanged: true, slotsFreed: true });
    expect(figures.outcomes).toEqual({ client_left: clients });
    expect(figures.closeMs).toHaveLength(clients);
  },
);
