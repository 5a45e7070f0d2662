import { expect, it } from "vitest";
import { AS_DECLARED, runOutages } from "./outage.ts";

it.each([
  ["objects", ["stopped", "killed"]],
  ["redis", ["stopped", "behind another password", "out of memory", "killed"]],
] as const)("while the books in %s are away each limit decides by its failure mode", async (store, ways) => {
  const { outages, untold } = await runOutages(store, ways);
  expect(outages.map(({ way }) => way)).toEqual(ways);
  for (const { codes, heard, unsaid, way } of outages) {
    expect({ way, heard, codes, unsaid }).toEqual({ way, heard: AS_DECLARED, codes: ["limiter_unavailable"], unsaid: 0 });
  }
  // What was admitted without them is told to them afterwards.
  expect(untold).toBe(0);
});
