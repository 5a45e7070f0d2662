import { expect, it } from "vitest";
import { KnownRequests } from "../../../src/core/cache/known-requests.ts";

it("remembers what it was told of a text, and of no other", () => {
  const known = new KnownRequests<number>();
  known.put("a", 1);
  known.put("a", 2);
  expect([known.get("a"), known.get("b")]).toEqual([2, null]);
});

it("forgets what was not used for longest, by characters, and holds nothing long", () => {
  const known = new KnownRequests<number>();
  const texts = Array.from({ length: 65 }, (_, index) => String(index).padEnd(32_000, "x"));
  texts.slice(0, 62).forEach((text, index) => known.put(text, index));
  expect(known.get(texts[0] ?? "")).toBe(0);
  texts.slice(62).forEach((text, index) => known.put(text, 62 + index));
  expect(texts.map((text) => known.get(text)).filter((facts) => facts === null).length).toBe(3);
  expect([known.get(texts[0] ?? ""), known.get(texts[1] ?? ""), known.get(texts[64] ?? "")]).toEqual([0, null, 64]);
  const long = "x".repeat(40_000);
  known.put(long, 1);
  expect(known.get(long)).toBeNull();
});
