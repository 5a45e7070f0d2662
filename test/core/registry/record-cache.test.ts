import { expect, it } from "vitest";
import { RecentIds } from "../../../src/core/registry/recent-ids.ts";
import { RecordCache } from "../../../src/core/registry/record-cache.ts";

const NOW = 1_800_000_000_000;
const MINUTE_MS = 60_000;

function filled(count: number, epoch = 1): RecordCache<string> {
  const cache = new RecordCache<string>();
  for (let index = 0; index < count; index += 1) cache.put(`key-${index}`, { record: `${index}`, epoch, readAt: NOW });
  return cache;
}

it("keeps at most 5,000 records of 10,000, those used last (attack H07)", () => {
  const cache = filled(5_000);
  expect(cache.fresh("key-0", NOW)).toBe("0");
  for (let index = 5_000; index < 9_999; index += 1) cache.put(`key-${index}`, { record: "", epoch: 1, readAt: NOW });
  expect(cache.size).toBe(5_000);
  expect([cache.fresh("key-0", NOW), cache.fresh("key-1", NOW), cache.fresh("key-9998", NOW)]).toEqual(["0", null, ""]);
});

it("keeps at most 1,000 of 10,000 ids that nobody has, for ten seconds (attack H07)", () => {
  const ids = new RecentIds();
  for (let index = 0; index < 10_000; index += 1) ids.note(`id-${index}`, NOW);
  expect(ids.size).toBe(1_000);
  expect([ids.has("id-9999", NOW + 9_999), ids.has("id-9999", NOW + 10_000), ids.has("id-8999", NOW)]).toEqual([
    true,
    false,
    false,
  ]);
});

it("believes a record for five minutes, and for fifteen where it cannot be asked for", () => {
  const cache = filled(1);
  expect([cache.fresh("key-0", NOW + 5 * MINUTE_MS - 1), cache.fresh("key-0", NOW + 5 * MINUTE_MS)]).toEqual(["0", null]);
  expect([cache.stale("key-0", NOW + 15 * MINUTE_MS - 1), cache.stale("key-0", NOW + 15 * MINUTE_MS)]).toEqual(["0", null]);
});

it("forgets what was read before a change, and keeps what was read after it", () => {
  const cache = filled(3, 10);
  cache.put("key-1", { record: "new", epoch: 20, readAt: NOW });
  cache.forget(new Set(["key-0", "key-1", "unknown"]), 20);
  expect([0, 1, 2].map((index) => cache.fresh(`key-${index}`, NOW))).toEqual([null, "new", "2"]);
  cache.forget(null, 20);
  expect([0, 1, 2].map((index) => cache.fresh(`key-${index}`, NOW))).toEqual([null, "new", null]);
});
