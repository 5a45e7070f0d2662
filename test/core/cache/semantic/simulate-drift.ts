import { HitMonitor, TRUSTED_MONITOR } from "../../../../src/core/cache/semantic/hit-monitor.ts";
import { CERTAIN } from "./simulate-earning.ts";

/** Lives of a tier that is live. */
export interface Drift {
  readonly bound: number;
  readonly lives: number;
  /** Answers given before the drift. */
  readonly hits: number;
  readonly draw: () => number;
}

export interface Drifted {
  readonly lives: number;
  /** Lives in which the breaker opened while exactly the bound's share was wrong, within `hits` answers. */
  readonly byMistake: number;
  /** Wrong answers given after a drift to four times the bound, until the breaker opened: median, and in 95 of 100 lives at most. */
  readonly median: number;
  readonly most: number;
}

export function simulateDrift({ bound, draw, hits, lives }: Drift): Drifted {
  const waits = Array.from({ length: lives }, () => wrongUntilOpen({ bound, draw, hits }));
  const sorted = waits.toSorted((one, other) => one - other);
  return {
    lives,
    byMistake: Array.from({ length: lives }, () => opensWithin({ bound, draw, hits })).filter(Boolean).length,
    median: sorted[Math.floor(lives / 2)] ?? 0,
    most: sorted[Math.floor(lives * 0.95)] ?? 0,
  };
}

/** A quarter of the bound is wrong before the drift. */
function wrongUntilOpen({ bound, draw, hits }: Omit<Drift, "lives">): number {
  const monitor = new HitMonitor(TRUSTED_MONITOR);
  for (let hit = 0; hit < hits; hit += 1) give(monitor, { bound, draw, share: bound / 4 });
  for (let wrong = 0; ;) {
    const given = give(monitor, { bound, draw, share: bound * 4 });
    wrong += given.isWrong ? 1 : 0;
    if (given.isOpen) return wrong;
  }
}

function opensWithin({ bound, draw, hits }: Omit<Drift, "lives">): boolean {
  const monitor = new HitMonitor(TRUSTED_MONITOR);
  for (let hit = 0; hit < hits; hit += 1) if (give(monitor, { bound, draw, share: bound }).isOpen) return true;
  return false;
}

interface Giving {
  readonly bound: number;
  readonly draw: () => number;
  /** Of wrong answers. */
  readonly share: number;
}

/** An answer is given, and checked where the coin says so. */
function give(monitor: HitMonitor, { bound, draw, share }: Giving): { readonly isWrong: boolean; readonly isOpen: boolean } {
  monitor.hit();
  const isWrong = draw() < share;
  const isChecked = draw() < monitor.share(0);
  return { isWrong, isOpen: isChecked && monitor.saw(isWrong ? 0 : 1, { bound, noise: CERTAIN, now: 0 }) };
}
