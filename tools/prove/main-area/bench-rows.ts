import { paced100 } from "../../../bench/requests.ts";
import type { BenchRow } from "../../../bench/row.ts";
import { runBench } from "../../../bench/run.ts";
import { MAIN_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow, Seen } from "../row.ts";

const { bench, burstRatio, decisionGrowth, deliveredShare, firstByteAfterBareMs, jsonRatio, pacedCpuRatio } = MAIN_LIMITS;
const { portkeyJson, portkeyStreams, upstreamAheadMegabytes, upstreamClosedMs } = MAIN_LIMITS;
const SCENARIOS = ["json-1k", "json-32k", "sse-burst", "sse-paced", "backpressure", "leave", "policy"];
const SUBJECTS = ["bare", "fairlead", "portkey"];

/** The rows of the one bench run by scenario and subject. */
type Find = (scenario: string, subject: string) => BenchRow;

/** Line 7: speed, as ratios to the bare Worker in the same run, with what it buys beside it. */
export function createBenchRows(): readonly ProveRow[] {
  const measured = once(() => runBench({ only: SCENARIOS, subjects: SUBJECTS, ...bench }));
  const row = (promise: string, judge: (find: Find, rows: readonly BenchRow[]) => Seen): ProveRow => ({
    promise,
    run: async () => {
      const rows = await measured();
      return judge((scenario, subject) => findRow(rows, scenario, subject), rows);
    },
  });
  return [
    row(`Bench: JSON 1 KB ≥ ${jsonRatio.atLeast} of bare (aim ${jsonRatio.aim})`, (find) =>
      judgeRate(find, "json-1k", jsonRatio),
    ),
    row(`Bench: SSE burst ≥ ${burstRatio.atLeast} of bare (aim ${burstRatio.aim})`, (find) =>
      judgeRate(find, "sse-burst", burstRatio),
    ),
    row(`Bench: paced SSE CPU per stream ≤ ${pacedCpuRatio.atMost} of bare (aim ${pacedCpuRatio.aim})`, judgePacedCpu),
    row(`Bench: deliveries ≥ ${deliveredShare * 100} % of the events sent at 100 ms`, judgeDeliveries),
    row(`Bench: first byte within ${firstByteAfterBareMs} ms of bare's`, judgeFirstByte),
    row(`Bench: upstream ≤ ${upstreamAheadMegabytes} MB ahead of a stalled client`, judgeAhead),
    row(`Bench: upstream closed ≤ ${upstreamClosedMs / 1_000} s after a client leaves while bytes flow`, judgeClosing),
    row(`Bench: ≥ ${portkeyJson}× Portkey on Node in JSON`, (find) => judgePortkey(find, ["json-1k", "json-32k"], portkeyJson)),
    row(`Bench: ≥ ${portkeyStreams}× Portkey on Node in streams`, (find) => judgePortkey(find, ["sse-burst"], portkeyStreams)),
    row(`Bench: route decision at 10,000 routes ≤ ${decisionGrowth}× that at 10`, (_find, rows) => judgeDecision(rows)),
  ];
}

/** @throws Error that says why there are no figures */
function findRow(rows: readonly BenchRow[], scenario: string, subject: string): BenchRow {
  const row = rows.find((candidate) => candidate.scenario === scenario && candidate.subject === subject);
  const reason = row === undefined ? "not measured" : (row.failure ?? row.missing);
  if (row === undefined || reason !== undefined) throw new Error(`${scenario}, ${subject}: ${reason ?? ""}`);
  return row;
}

/** @throws Error when the row does not have it */
function figureOf(
  row: BenchRow,
  name: "rps" | "ratio" | "cpuMicros" | "firstByteMs" | "deliveries" | "upstreamAheadMegabytes" | "decisionNanos",
): number {
  const value = row[name];
  if (value === undefined)
    throw new Error(`${row.scenario}, ${row.subject}: no ${name}${row.notes === undefined ? "" : ` (${row.notes.join("; ")})`}`);
  return value;
}

function judgeRate(find: Find, scenario: string, limit: { readonly atLeast: number; readonly aim: number }): Seen {
  const [ours, bare] = [find(scenario, "fairlead"), find(scenario, "bare")];
  const ratio = figureOf(ours, "ratio");
  const [low, high] = ours.ratioQuartiles ?? [ratio, ratio];
  return {
    holds: ratio >= limit.atLeast,
    figure: `${ratio.toFixed(2)} (quartiles ${low.toFixed(2)}–${high.toFixed(2)}, aim ${limit.aim}), ${figureOf(ours, "rps")} rps against ${figureOf(bare, "rps")}, CPU ${figureOf(ours, "cpuMicros")} µs against ${figureOf(bare, "cpuMicros")}`,
  };
}

function judgePacedCpu(find: Find): Seen {
  const [ours, bare] = [find("sse-paced", "fairlead"), find("sse-paced", "bare")];
  const ratio = figureOf(ours, "ratio");
  return {
    holds: ratio <= pacedCpuRatio.atMost,
    figure: `${ratio.toFixed(2)} (aim ${pacedCpuRatio.aim}), CPU ${figureOf(ours, "cpuMicros")} µs a stream of 200 events against ${figureOf(bare, "cpuMicros")}`,
  };
}

function judgeDeliveries(find: Find): Seen {
  const sent = paced100.events ?? Number.NaN;
  const deliveries = figureOf(find("sse-paced", "fairlead"), "deliveries");
  return {
    holds: deliveries >= deliveredShare * sent,
    figure: `${deliveries} deliveries of ${sent} events (bare: ${figureOf(find("sse-paced", "bare"), "deliveries")})`,
  };
}

function judgeFirstByte(find: Find): Seen {
  const [ours, bare] = [
    figureOf(find("sse-paced", "fairlead"), "firstByteMs"),
    figureOf(find("sse-paced", "bare"), "firstByteMs"),
  ];
  return { holds: ours - bare <= firstByteAfterBareMs, figure: `${ours} ms against ${bare} ms` };
}

function judgeAhead(find: Find): Seen {
  const [ours, bare] = [find("backpressure", "fairlead"), find("backpressure", "bare")];
  const ahead = figureOf(ours, "upstreamAheadMegabytes");
  const notes = ours.notes === undefined ? "" : `; ${ours.notes.join("; ")}`;
  return {
    holds: ahead <= upstreamAheadMegabytes && ours.notes === undefined,
    figure: `${ahead} MB (bare: ${figureOf(bare, "upstreamAheadMegabytes")} MB)${notes}`,
  };
}

function judgeClosing(find: Find): Seen {
  const [ours, bare] = [find("leave", "fairlead"), find("leave", "bare")];
  const closedMs = ours.upstreamClosedMs ?? Number.POSITIVE_INFINITY;
  const figure = ours.upstreamClosedMs === undefined ? (ours.notes ?? ["never"]).join("; ") : `${closedMs} ms`;
  return {
    holds: closedMs <= upstreamClosedMs,
    figure: `${figure} (bare: ${bare.upstreamClosedMs ?? (bare.notes ?? ["never"]).join("; ")} ms)`,
  };
}

function judgePortkey(find: Find, scenarios: readonly string[], times: number): Seen {
  const compared = scenarios.map((scenario) => {
    const [ours, portkey] = [figureOf(find(scenario, "fairlead"), "rps"), figureOf(find(scenario, "portkey"), "rps")];
    return { factor: ours / portkey, text: `${scenario} ${(ours / portkey).toFixed(1)}× (${ours} rps against ${portkey})` };
  });
  return { holds: compared.every(({ factor }) => factor >= times), figure: compared.map(({ text }) => text).join(", ") };
}

function judgeDecision(rows: readonly BenchRow[]): Seen {
  const at = (routes: number): BenchRow =>
    findRow(
      rows.filter((row) => row.routes === routes),
      "policy",
      "fairlead",
    );
  const [few, many] = [at(10), at(10_000)];
  const growth = figureOf(many, "decisionNanos") / figureOf(few, "decisionNanos");
  const spread = `with all routes equally busy, out of the processor's caches, ${few.decisionSpreadNanos ?? "?"} and ${many.decisionSpreadNanos ?? "?"} ns`;
  return {
    holds: growth <= decisionGrowth,
    figure: `${growth.toFixed(2)}×: ${figureOf(few, "decisionNanos")} and ${figureOf(many, "decisionNanos")} ns for the same ten models; ${spread}; compiled in ${few.compileMillis ?? "?"} and ${many.compileMillis ?? "?"} ms`,
  };
}
