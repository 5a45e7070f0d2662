import { Worker } from "node:worker_threads";
import type { Violation } from "./checks/violations.ts";
import type { Seen, Share } from "./seed-worker.ts";

/** A violation and the seed that shows it: `node test/simulation/replay.ts SEED` tells how it came about. */
export interface SeedViolation extends Violation {
  readonly seed: number;
}

export interface ManySeeds extends Seen {
  /** What it took by the wall clock. */
  readonly secondsTaken: number;
}

/** Runs the seeds from 1 to `seeds`, `seconds` of virtual time each, in as many threads as `workers`. */
export async function runManySeeds(size: {
  readonly seeds: number;
  readonly seconds: number;
  readonly workers: number;
}): Promise<ManySeeds> {
  const { seconds, seeds, workers } = size;
  const startedAt = performance.now();
  const shares = Array.from({ length: workers }, (_, index) => index + 1);
  const seen = await Promise.all(
    shares.map((from) => runShare(import.meta.url, { from, to: seeds + 1, step: workers, seconds, stopsAtFirst: false })),
  );
  const sum = (of: (one: Seen) => number): number => seen.reduce((total, one) => total + of(one), 0);
  return {
    violations: seen.flatMap(({ violations }) => violations).toSorted((left, right) => left.seed - right.seed),
    seeds: sum((one) => one.seeds),
    requests: sum((one) => one.requests),
    attempts: sum((one) => one.attempts),
    recoveries: sum((one) => one.recoveries),
    secondsTaken: (performance.now() - startedAt) / 1_000,
  };
}

/** Runs a share of seeds in a thread of its own, with the simulation that lies beside `base`. @throws Error when it cannot run */
export function runShare(base: string, share: Share): Promise<Seen> {
  return new Promise((resolve, reject) => {
    // Seeds make much that lives briefly: a large young generation spares a sixth of the time.
    const resourceLimits = { maxYoungGenerationSizeMb: 128 };
    const worker = new Worker(new URL("seed-worker.ts", base), { workerData: share, resourceLimits });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`The simulation's thread ended with ${code}.`)));
  });
}
