import type { PurgeScope } from "../answer-care.ts";

/** What is known of a kept answer without its key: names, times and numbers. All times are epoch milliseconds. */
export interface Entry {
  /** From 1 up, never given twice. */
  readonly id: number;
  /** Of the tenant's key under which its texts are sealed. */
  readonly keyId: string;
  readonly scopeClass: string;
  readonly scope: string;
  readonly exact: string;
  /** Who brought it in. */
  readonly principal: string;
  /** The one who is given it; null: anybody in its scope. */
  readonly audience: string | null;
  /** Another generation agreed with it. */
  readonly isVerified: boolean;
  readonly tags: readonly string[];
  /** When its request began: what was purged since is gone. */
  readonly askedAt: number;
  readonly staleAt: number;
  readonly goneAt: number;
  /** Of its vector; 0 where it has none, and is never proposed. */
  readonly dimensions: number;
  /** Sealed. */
  readonly bytes: number;
  /** What giving it saves, micro-USD. */
  readonly worth: number;
  /** How often it was given, halved with every `HALF_LIFE_MS`, as of `heatAt`. */
  readonly heat: number;
  readonly heatAt: number;
}

/** Where an entry stands. */
export type EntryState = "probation" | "verified" | "stale" | "dead";

export function stateOf(entry: Entry, epochs: Epochs, now: number): EntryState {
  if (now >= entry.goneAt || isPurged(entry, epochs)) return "dead";
  if (now >= entry.staleAt) return "stale";
  return entry.isVerified ? "verified" : "probation";
}

/** When what was purged last, by `epochName`. */
export type Epochs = ReadonlyMap<string, number>;

export function epochName(scope: PurgeScope): string {
  switch (scope.kind) {
    case "all":
      return "all";
    case "tag":
      return `tag ${scope.tag}`;
    case "class":
      return `class ${scope.scopeClass}`;
  }
}

export function isPurged(entry: Pick<Entry, "askedAt" | "scopeClass" | "tags">, epochs: Epochs): boolean {
  if (epochs.size === 0) return false;
  const isSince = (scope: PurgeScope): boolean => (epochs.get(epochName(scope)) ?? -1) >= entry.askedAt;
  return (
    isSince({ kind: "all" }) ||
    isSince({ kind: "class", scopeClass: entry.scopeClass }) ||
    entry.tags.some((tag) => isSince({ kind: "tag", tag }))
  );
}

/** Whether it is what somebody may be given, as far as who is asking goes. */
export function isFor({ audience }: Pick<Entry, "audience">, principal: string): boolean {
  return audience === null || audience === principal;
}

/** After the answer that another generation gave to `principal` was the same. Its own agreement lets nobody else have it. */
export function agreed(entry: Entry, principal: string): Entry {
  return { ...entry, isVerified: true, audience: isFor(entry, principal) ? entry.audience : null };
}

const HALF_LIFE_MS = 86_400_000;
const LIFE_MS = HALF_LIFE_MS / Math.LN2;
/** What nobody has agreed with goes before what was given a hundredth as often: first, but new ones get in. */
const PROBATION = Math.log(100);

/** What was given `times` times more. */
export function heated(entry: Entry, times: number, now: number): Entry {
  return { ...entry, heat: entry.heat * Math.exp((entry.heatAt - now) / LIFE_MS) + times, heatAt: now };
}

/**
 * What is kept for its place: the higher, the longer. It is the logarithm of likely use × what that saves ÷ bytes, as it was at
 * the beginning of time: that order never changes by itself, so it can stand in an index.
 */
export function rankOf({ bytes, heat, heatAt, isVerified, worth }: Entry): number {
  return Math.log((heat * (worth + 1)) / bytes) + heatAt / LIFE_MS - (isVerified ? 0 : PROBATION);
}
