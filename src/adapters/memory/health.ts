import type { Health, TargetHealth } from "../../ports/health.ts";

export interface MemoryHealthOptions {
  /** The target not reported for longest is forgotten beyond it. Default 1,000. */
  readonly maxTargets?: number;
}

const UNSEEN: TargetHealth = { successes: 0, failures: 0, consecutiveFailures: 0 };

/** Target health as this isolate saw it, since it started. */
export function createMemoryHealth(options: MemoryHealthOptions = {}): Health {
  const { maxTargets = 1_000 } = options;
  /** Longest unreported first. */
  const targets = new Map<string, TargetHealth>();
  /** Shared by all readers until the next report: most requests look, few report something new in between. */
  let snapshot: ReadonlyMap<string, TargetHealth> | null = null;

  return {
    report(target, outcome) {
      const before = targets.get(target) ?? UNSEEN;
      targets.delete(target);
      targets.set(
        target,
        outcome.kind === "ok"
          ? { ...before, successes: before.successes + 1, consecutiveFailures: 0 }
          : { ...before, failures: before.failures + 1, consecutiveFailures: before.consecutiveFailures + 1 },
      );
      const [oldest] = targets.keys();
      if (targets.size > maxTargets && oldest !== undefined) targets.delete(oldest);
      snapshot = null;
    },
    snapshot() {
      snapshot ??= new Map(targets);
      return snapshot;
    },
  };
}
