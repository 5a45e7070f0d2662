import { expect, it } from "vitest";
import { IS_FULL } from "./lab.ts";
import { runStreamCuts } from "./stream-cuts.ts";

it.each(["native", "mended"] as const)(
  "never lets a %s stream that was cut read as success",
  { timeout: 300_000 },
  async (form) => {
    const cuts = IS_FULL ? 5_000 : 250;
    const figures = await runStreamCuts({ cuts, form, seed: 20_261_117 });
    const heard = Object.values(figures.byCut);
    expect(figures.falseSuccesses).toEqual([]);
    expect(figures.completeButFailed).toBe(0);
    expect(heard.reduce((sum, { hung }) => sum + hung, 0)).toBe(0);
    expect(figures.paced).toBeGreaterThan(cuts / 3);
    // As many were cut while the router was piping: what it still holds back is refused with a status instead.
    expect(heard.reduce((sum, { raised }) => sum + raised, 0)).toBeGreaterThan(cuts / 3);
  },
);
