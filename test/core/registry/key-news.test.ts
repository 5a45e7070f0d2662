import { expect, it } from "vitest";
import {
  announceChange,
  type KeyAnnouncement,
  MOST_CHANGES,
  newsSince,
  NOTHING_ANNOUNCED,
} from "../../../src/core/registry/key-news.ts";

const NOW = 1_800_000_000_000;

function changes(count: number, before: KeyAnnouncement = NOTHING_ANNOUNCED): KeyAnnouncement {
  let announcement = before;
  for (let index = 0; index < count; index += 1) announcement = announceChange(announcement, `key-${index}`, NOW);
  return announcement;
}

it("grows with every change, also within a millisecond and when a clock goes back", () => {
  const first = announceChange(NOTHING_ANNOUNCED, "a", NOW);
  const second = announceChange(first, "b", NOW);
  expect([first.epoch, second.epoch, announceChange(second, "c", 5).epoch]).toEqual([NOW, NOW + 1, NOW + 2]);
});

it("tells an isolate the keys that changed since, and nothing when it knows all", () => {
  const before = changes(3);
  const after = announceChange(before, "last", NOW);
  expect(newsSince(after, before.epoch)).toEqual({ epoch: after.epoch, changed: ["last"], ends: [] });
  expect(newsSince(after, after.epoch)).toBeNull();
});

it("tells one that knows nothing, too little or something else that any key may have changed", () => {
  const announcement = changes(MOST_CHANGES + 5);
  const [oldest] = announcement.changes;
  expect(announcement.changes).toHaveLength(MOST_CHANGES);
  for (const known of [-1, undefined, "x", announcement.since - 1, announcement.epoch + 1])
    expect(newsSince(announcement, known)?.changed, String(known)).toBeNull();
  expect(newsSince(announcement, announcement.since)?.changed).toHaveLength(MOST_CHANGES);
  expect(oldest?.epoch).toBe(announcement.since + 1);
});
