import type { BenchRow } from "../../../bench/row.ts";
import { runBench } from "../../../bench/run.ts";
import { describeWorker } from "../../check-bundle.ts";
import { PROTOCOL_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow, Seen } from "../row.ts";

const { addedMs, bench, portkeyTranscoded, transcodedRatio, workerKilobytes } = PROTOCOL_LIMITS;
const SCENARIOS = ["sse-transcoded", "latency-transcoded"];
const SUBJECTS = ["bare", "fairlead", "portkey"];

/** Line 7: what transcoding costs. */
export function createBenchRows(): readonly ProveRow[] {
  const measured = once(() => runBench({ only: SCENARIOS, subjects: SUBJECTS, ...bench }));
  const row = (promise: string, judge: (rows: readonly BenchRow[]) => Seen): ProveRow => ({
    promise,
    run: async () => judge(await measured()),
  });
  return [
    row(`Bench: transcoded SSE ≥ ${transcodedRatio.atLeast} of bare burst`, judgeRatio),
    row(`Bench: transcoded SSE ≥ ${portkeyTranscoded}× Portkey for the same pair`, judgePortkey),
    row(`Bench: no 25 ms sleeps anywhere: transcoding adds ≤ ${addedMs} ms to a whole stream on one connection`, judgeAdded),
    { promise: `Worker ≤ ${workerKilobytes} KB gzip, with a measured table of what is in it`, run: async () => judgeWorker() },
  ];
}

function find(rows: readonly BenchRow[], scenario: string, subject: string): BenchRow {
  const found = rows.find((candidate) => candidate.scenario === scenario && candidate.subject === subject);
  const reason = found === undefined ? "not measured" : (found.failure ?? found.missing);
  if (found === undefined || reason !== undefined) throw new Error(`${scenario}, ${subject}: ${reason ?? ""}`);
  return found;
}

function judgeRatio(rows: readonly BenchRow[]): Seen {
  const [ours, bare] = [find(rows, "sse-transcoded", "fairlead"), find(rows, "sse-transcoded", "bare")];
  const ratio = ours.ratio ?? 0;
  const [low, high] = ours.ratioQuartiles ?? [ratio, ratio];
  return {
    holds: ratio >= transcodedRatio.atLeast,
    figure: `${ratio.toFixed(2)} (quartiles ${low.toFixed(2)}–${high.toFixed(2)}), ${ours.rps ?? "?"} rps against ${bare.rps ?? "?"}, CPU ${ours.cpuMicros ?? "?"} µs against ${bare.cpuMicros ?? "?"}`,
  };
}

function judgePortkey(rows: readonly BenchRow[]): Seen {
  const [ours, portkey] = [
    find(rows, "sse-transcoded", "fairlead").rps ?? 0,
    find(rows, "sse-transcoded", "portkey").rps ?? Number.NaN,
  ];
  return {
    holds: ours / portkey >= portkeyTranscoded,
    figure: `${(ours / portkey).toFixed(1)}× (${ours} rps against ${portkey})`,
  };
}

function judgeAdded(rows: readonly BenchRow[]): Seen {
  const p50 = (subject: string): number => (find(rows, "latency-transcoded", subject).p50Micros ?? Number.NaN) / 1_000;
  const added = p50("fairlead") - p50("bare");
  return {
    holds: added <= addedMs,
    figure: `${added.toFixed(2)} ms more than bare (${p50("fairlead").toFixed(2)} against ${p50("bare").toFixed(2)} ms; Portkey ${p50("portkey").toFixed(2)} ms)`,
  };
}

function judgeWorker(): Seen {
  const { bytes, gzipBytes, parts } = describeWorker();
  return {
    holds: gzipBytes <= workerKilobytes * 1_000,
    figure: `${(gzipBytes / 1_000).toFixed(1)} KB gzip, ${(bytes / 1_000).toFixed(1)} KB as it is`,
    details: parts.map(({ bytes: own, name }) => `${(own / 1_000).toFixed(1).padStart(6)} KB  ${name}`),
  };
}
