import { expect, it } from "vitest";
import { backoffMs } from "../../../src/core/routing/backoff.ts";

it("doubles its bound from 100 ms and stops at 2 s", () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((repeat) => backoffMs(repeat, 1))).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
});

it("is full jitter: any wait from nothing to the bound is as likely as any other", () => {
  expect([0, 0.25, 0.5, 0.75].map((draw) => backoffMs(3, draw))).toEqual([0, 200, 400, 600]);
});
