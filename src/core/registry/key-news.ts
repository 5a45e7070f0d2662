import type { PolicyKeyEnd } from "./registered-key.ts";

/** Changes of which each is told by its key's id; an isolate that missed more forgets every key. */
export const MOST_CHANGES = 256;
/** Keys of the policy that can be ended while the router runs. */
export const MOST_ENDS = 1_000;

/** All that isolates must ever hear of keys, as the registry tells it to the hub. */
export interface KeyAnnouncement {
  /** Grows whenever a key that was given out changes: it is the time of the change, or later. */
  readonly epoch: number;
  /** Who knows less than this epoch has missed changes that are no longer listed. */
  readonly since: number;
  readonly changes: readonly { readonly epoch: number; readonly id: string }[];
  readonly ends: readonly PolicyKeyEnd[];
}

/** What one isolate hears. */
export interface KeyNews {
  readonly epoch: number;
  /** Ids of the keys that changed since the epoch it knew; null: any may have. */
  readonly changed: readonly string[] | null;
  /** Of keys that stand in the policy: all of them. */
  readonly ends: readonly PolicyKeyEnd[];
}

export const NOTHING_ANNOUNCED: KeyAnnouncement = { epoch: 0, since: 0, changes: [], ends: [] };

/** The announcement after a key has changed. */
export function announceChange(announcement: KeyAnnouncement, id: string, now: number): KeyAnnouncement {
  const epoch = Math.max(announcement.epoch + 1, now);
  const changes = [...announcement.changes, { epoch, id }];
  const missed = changes.splice(0, changes.length - MOST_CHANGES).at(-1);
  return { ...announcement, epoch, since: missed?.epoch ?? announcement.since, changes };
}

/** What an isolate that follows epoch `known` has to hear; null when it knows all. */
export function newsSince({ changes, ends, epoch, since }: KeyAnnouncement, known: unknown): KeyNews | null {
  if (known === epoch) return null;
  const isListed = typeof known === "number" && known >= since && known < epoch;
  const missed = isListed ? changes.filter((change) => change.epoch > known).map(({ id }) => id) : null;
  return { epoch, changed: missed, ends };
}
