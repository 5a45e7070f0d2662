import { expect, it } from "vitest";
import { affinityKey, stickyDraw } from "../../../src/core/routing/affinity.ts";
import { callerOf, factsOf } from "./routing-fixtures.ts";

it("draws what it drew before a restart or another version", () => {
  const pairs = [
    ["default/chat/gold", "default/app"],
    ["default/chat/gold", "default/app-2"],
    ["rollout abc", "default/app"],
    ["", ""],
    ["💥", "日本"],
  ] as const;
  expect(pairs.map(([salt, key]) => stickyDraw(salt, key))).toEqual([
    0.9740184478055626, 0.7573161161823087, 0.43453590716942136, 0.374036686408881, 0.267564761861531,
  ]);
});

it("spreads keys that differ little evenly over [0, 1), whatever the salt", () => {
  for (const salt of ["a", "b", "default/chat/gold"]) {
    const counts = Array.from({ length: 20 }, () => 0);
    for (let index = 0; index < 100_000; index += 1) {
      const place = stickyDraw(salt, `default/app-${index}`);
      expect(place >= 0 && place < 1).toBe(true);
      counts[Math.floor(place * 20)] = (counts[Math.floor(place * 20)] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count / 5_000 - 1)).toBeLessThan(0.06);
  }
});

it("draws independently for two salts", () => {
  let both = 0;
  for (let index = 0; index < 100_000; index += 1) {
    const key = `default/app-${index}`;
    if (stickyDraw("default/chat/a", key) < 0.1 && stickyDraw("default/chat/b", key) < 0.1) both += 1;
  }
  expect(both / 100_000).toBeCloseTo(0.01, 2);
});

function ofPrefix(prefix: string): string {
  return affinityKey({ kind: "prefix" }, factsOf({ prefix, caller: callerOf() }));
}

it("keeps together what belongs together, and consumers apart", () => {
  const facts = factsOf({ headers: new Map([["x-session", "7"]]), prefix: "You are a clerk.", caller: callerOf() });
  expect(affinityKey({ kind: "caller" }, facts)).toBe("default/app");
  expect(affinityKey({ kind: "key" }, facts)).toBe("default/app#4fGq81LmZt0x");
  expect(affinityKey({ kind: "header", name: "x-session" }, facts)).toBe("default/app 7");
  expect(ofPrefix("You are a clerk.")).toBe(ofPrefix("You are a clerk."));
  expect(ofPrefix("You are a clerk.")).not.toBe(ofPrefix("You are a clown."));
  expect(ofPrefix("You are a clerk.".repeat(1_000)).length).toBeLessThan(60);
  const without = factsOf();
  expect(affinityKey({ kind: "header", name: "x-session" }, without)).toBe(affinityKey({ kind: "prefix" }, without));
});
