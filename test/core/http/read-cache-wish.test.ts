import { expect, it } from "vitest";
import { NO_CACHE_WISH, readCacheWish } from "../../../src/core/http/read-cache-wish.ts";

function read(wish: string | null, control: string | null = null): ReturnType<typeof readCacheWish> {
  const headers: [string, string][] = [];
  if (wish !== null) headers.push(["x-fairlead-cache", wish]);
  if (control !== null) headers.push(["cache-control", control]);
  return readCacheWish(new Map(headers));
}

it("nothing said is no wish", () => {
  expect(read(null)).toEqual(NO_CACHE_WISH);
  expect(read(null, "max-stale=100, only-if-cached, public")).toEqual(NO_CACHE_WISH);
});

it.each([
  ["off", null, { isOff: true }],
  ["no-store", null, { isOff: true }],
  ["refresh", null, { isRefresh: true }],
  ["exact", null, { isExact: true }],
  [null, "no-store", { isOff: true }],
  [null, "No-Cache", { isRefresh: true }],
  [null, "max-age=60", { maxAgeMs: 60_000 }],
  [null, 'no-cache, MAX-AGE="0"', { isRefresh: true, maxAgeMs: 0 }],
  ["exact", "max-age=10,max-age=5", { isExact: true, maxAgeMs: 5_000 }],
] as const)("%s and cache-control %s tighten alike", (wish, control, told) => {
  expect(read(wish, control)).toEqual({ ...NO_CACHE_WISH, ...told });
});

it("a word that is none of ours is refused; HTTP's unknown directives are not", () => {
  expect(() => read("semantic")).toThrow("must be one of off, no-store, exact, refresh");
  expect(read(null, "max-age=-1, max-age=soon")).toEqual(NO_CACHE_WISH);
});
