import { HitMonitor, NEW_MONITOR } from "../../../../src/core/cache/semantic/hit-monitor.ts";
import { LabelNoise } from "../../../../src/core/cache/semantic/label-noise.ts";

/** Lives of a tier in shadow, of whose answers `share` is wrong. */
export interface Earning {
  readonly bound: number;
  readonly share: number;
  readonly lives: number;
  readonly checks: number;
  readonly draw: () => number;
}

/** Labels that are never wrong, and known not to be. */
export const CERTAIN = new LabelNoise({ seen: 1_000_000, missed: 0 }, { seen: 1_000_000, missed: 0 });

/** In how many of the lives the certificate was earned. */
export function simulateEarning({ bound, checks, draw, lives, share }: Earning): number {
  let earned = 0;
  for (let life = 0; life < lives; life += 1) {
    const monitor = new HitMonitor(NEW_MONITOR);
    for (let at = 0; at < checks && !monitor.isEarned; at += 1)
      monitor.saw(draw() < share ? 0 : 1, { bound, noise: CERTAIN, now: 0 });
    if (monitor.isEarned) earned += 1;
  }
  return earned;
}
