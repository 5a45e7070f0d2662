import { parentPort, workerData } from "node:worker_threads";
import type { SeedViolation } from "./many-seeds.ts";
import { runSimulation } from "./run-simulation.ts";

/** Which seeds one worker runs: every `step`th, `from` included and `to` not. */
export interface Share {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly seconds: number;
  /** The first seed that shows something is enough. */
  readonly stopsAtFirst: boolean;
}

/** What one worker has seen. */
export interface Seen {
  readonly violations: readonly SeedViolation[];
  readonly seeds: number;
  readonly requests: number;
  readonly attempts: number;
  /** Seeds that lasted long enough to see everything come back. */
  readonly recoveries: number;
}

// What is handed over was written by whoever started this worker.
const { from, seconds, step, stopsAtFirst, to } = workerData as Share;
const violations: SeedViolation[] = [];
let seeds = 0;
let requests = 0;
let attempts = 0;
let recoveries = 0;
for (let seed = from; seed < to; seed += step) {
  const result = await runSimulation({ seed, seconds });
  seeds += 1;
  requests += result.counts.requests;
  attempts += result.counts.attempts;
  recoveries += result.sawRecovery ? 1 : 0;
  violations.push(...result.violations.map((violation) => ({ seed, ...violation })));
  if (stopsAtFirst && violations.length > 0) break;
}
const seen: Seen = { violations, seeds, requests, attempts, recoveries };
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread's port has no origin.
parentPort?.postMessage(seen);
