import { expect, it } from "vitest";
import { IS_FULL } from "../faults/lab.ts";
import { runCrossingDeterminism } from "./determinism.ts";

it("the same request reaches every backend in the same bytes, from every caller", async () => {
  const { findings, requests } = await runCrossingDeterminism({ full: IS_FULL });
  console.log(`${requests} requests`);
  expect(findings).toEqual([]);
});
