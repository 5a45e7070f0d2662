import { expect, it } from "vitest";
import type { Meter } from "../../../src/core/ledger/account.ts";
import { limitHeaders } from "../../../src/core/ledger/limit-headers.ts";

const standing = (meter: Meter, [limit, remaining]: readonly [number, number], resetMs = 0) => ({
  key: `${meter} ${limit}`,
  meter,
  limit,
  remaining,
  resetMs,
});

it("names the limit of which the smallest part is left, for what callers can count", () => {
  const standings = [
    standing("requests", [600, 300]),
    standing("requests", [10_000, 4_000], 12_001),
    standing("microUsd", [10, 1]),
  ];
  expect(limitHeaders(standings)).toEqual([
    ["x-ratelimit-limit-requests", "10000"],
    ["x-ratelimit-remaining-requests", "4000"],
    ["x-ratelimit-reset-requests", "13s"],
  ]);
});

it.each([
  [0, "0ms"],
  [349.2, "350ms"],
  [1_000, "1s"],
  [59_999, "1m0s"],
  [360_000, "6m0s"],
  [94_989_000, "26h23m9s"],
])("writes %d ms as %s", (resetMs, text) => {
  expect(limitHeaders([standing("tokens", [10, 1], resetMs)]).at(-1)).toEqual(["x-ratelimit-reset-tokens", text]);
});
