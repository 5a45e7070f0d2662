import { expect, it } from "vitest";
import { FAULT_CASES } from "./fault-cases.ts";
import { runFaultMatrix } from "./fault-matrix.ts";
import { IS_FULL } from "./lab.ts";

it.each(["native", "mended"] as const)(
  "ends every fault F01–F28, in %s streams and in JSON, as promised",
  { timeout: 300_000 },
  async (form) => {
    const figures = await runFaultMatrix({ form, runs: IS_FULL ? 20 : 2, seed: 20_261_117 });
    expect(figures.problems).toEqual([]);
    expect(figures.redirectsFollowed).toBe(0);
    expect(figures.cases).toHaveLength(FAULT_CASES.length);
  },
);
