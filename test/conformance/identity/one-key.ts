import { Agent } from "node:http";
import { readUsage } from "../../../bench/process-usage.ts";
import { startLimitsLab } from "./limits-lab.ts";

export interface OneKeyOptions {
  /** Of one key at once, in each burst. */
  readonly requests: number;
  readonly concurrency: number;
  readonly bursts: number;
}

interface Burst {
  readonly admitted: number;
  /** 429. */
  readonly refused: number;
  /** 503: the ledger was not heard in time. */
  readonly busy: number;
  readonly others: number;
}

export interface OneKeyFigures {
  readonly bursts: readonly Burst[];
  /** At the upstream at once. */
  readonly mostAtOnce: number;
  /** Of the router, after each burst. Megabytes. */
  readonly megabytes: readonly number[];
}

const SERVICE_MS = 500;
/** Timers of the upstream may be early, and clocks tell whole milliseconds. */
const EARLY_MS = 20;
/** What has ended is told and collected by then. */
const PAUSE_MS = 3_000;
const AGENT = new Agent({ keepAlive: true });

/** Attack H05: one key, far more requests at once than it may have under way. */
export async function runOneKey({ bursts, concurrency, requests }: OneKeyOptions): Promise<OneKeyFigures> {
  const lab = await startLimitsLab({ processes: 1, consumers: { greedy: { limits: [{ concurrency, failureMode: "Closed" }] } } });
  lab.upstream.setFault("greedy", `F06@ms=${SERVICE_MS}`);
  try {
    const seen: Burst[] = [];
    const megabytes: number[] = [];
    for (let burst = 0; burst < bursts; burst += 1) {
      const heard = await Promise.all(Array.from({ length: requests }, () => lab.ask("greedy", 0, { agent: AGENT })));
      const count = (code: number): number => heard.filter(({ status }) => status === code).length;
      const told = { admitted: count(200), refused: count(429), busy: count(503) };
      seen.push({ ...told, others: requests - told.admitted - told.refused - told.busy });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      megabytes.push(readUsage([lab.router(0).pid]).rssMegabytes);
    }
    const starts = lab.upstream.attempts().map(({ startedAtMs }) => startedAtMs);
    return { bursts: seen, mostAtOnce: mostWithin(starts, SERVICE_MS - EARLY_MS), megabytes };
  } finally {
    await lab.close();
  }
}

/** Each takes at least that long, so what begins within less is there at once. */
function mostWithin(starts: readonly number[], ms: number): number {
  const sorted = starts.toSorted((left, right) => left - right);
  return Math.max(0, ...sorted.map((start, index) => sorted.slice(index).filter((other) => other < start + ms).length));
}
