import { readUsage } from "../process-usage.ts";
import { type ScanWorker, startScanWorker } from "../scan/scan-worker.ts";
import type { BenchRow } from "../row.ts";
import { median, roundFigure } from "../statistics.ts";
import type { Effort, OfflineScenario } from "./scenario.ts";

/** How many entries a scope has, and the dimensions of its vectors. */
const SIZES = [
  { entries: 100, dimensions: 384 },
  { entries: 1_000, dimensions: 384 },
  { entries: 10_000, dimensions: 384 },
  { entries: 50_000, dimensions: 384 },
  { entries: 10_000, dimensions: 1_024 },
] as const;
/** Time that the scans of one request are to take: what the request itself takes does not count beside it. */
const TURN_MS = 500;
/** Scans after which the engine has compiled what it runs as well as it can. */
const WARM_UP_MS = 500;

/**
 * What more entries cost a search. A Worker's own clock stands still while it computes: requests of many searches are looked at from outside. A
 * search waits for nothing, so it takes its processor time, and more only where others use the processor too.
 */
export const scan: OfflineScenario = {
  kind: "offline",
  name: "scan",
  about:
    "the five nearest of all vectors of a scope, 8 bits a dimension, in workerd: processor time of one search, and its time on this machine",
  measure: async (effort) => {
    const worker = await startScanWorker();
    try {
      const rows: BenchRow[] = [];
      for (const size of SIZES) rows.push(await measureSize(worker, size, effort));
      return rows;
    } finally {
      await worker.close();
    }
  },
};

async function measureSize(worker: ScanWorker, size: (typeof SIZES)[number], effort: Effort): Promise<BenchRow> {
  effort.log(`scan: ${size.entries.toLocaleString("en-GB")} entries of ${size.dimensions} dimensions`);
  const { heldBytes } = await worker.fill(size.entries, size.dimensions);
  const times = await findTimes(worker);
  const samples: Sample[] = [];
  for (let round = 0; round < effort.rounds; round += 1) samples.push(await measureScans(worker, times));
  return {
    scenario: "scan",
    subject: "fairlead",
    ...size,
    cpuMicros: roundFigure(median(samples.map(({ cpuMicros }) => cpuMicros))),
    scanMicros: roundFigure(median(samples.map(({ scanMicros }) => scanMicros))),
    heldMegabytes: roundFigure(heldBytes / 1e6),
  };
}

/** Of one search. */
type Sample = Readonly<Record<"cpuMicros" | "scanMicros", number>>;

async function measureScans(worker: ScanWorker, times: number): Promise<Sample> {
  const before = readUsage([worker.pid]).cpuMicros;
  const ms = await timeScans(worker, times);
  return { cpuMicros: (readUsage([worker.pid]).cpuMicros - before) / times, scanMicros: (ms * 1_000) / times };
}

/** How many scans take the time of a turn, once they are warm. */
async function findTimes(worker: ScanWorker): Promise<number> {
  let times = 1;
  for (let spentMs = 0; spentMs < WARM_UP_MS;) {
    const ms = await timeScans(worker, times);
    spentMs += ms;
    times = Math.max(1, Math.min(times * 4, Math.round((times * TURN_MS) / ms)));
  }
  return times;
}

async function timeScans(worker: ScanWorker, times: number): Promise<number> {
  const startedAt = performance.now();
  await worker.scan(times);
  return performance.now() - startedAt;
}
