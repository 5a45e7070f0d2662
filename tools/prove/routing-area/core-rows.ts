import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createDecisions } from "../../../bench/scenarios/policy.ts";
import { WIDE_MODEL } from "../../../bench/policy-set.ts";
import { runDrillCommand } from "../../../src/cli/drill.ts";
import type { CliIo } from "../../../src/cli/io.ts";
import { collectBuiltInPatterns } from "../../../test/patterns/built-in-patterns.ts";
import { timeBuiltInPatterns } from "../../../test/patterns/time-patterns.ts";
import { findPlantedBugs } from "../../../test/simulation/planted-bugs.ts";
import { runManySeeds } from "../../../test/simulation/many-seeds.ts";
import { ROUTING_LIMITS } from "../limits.ts";
import { REPOSITORY } from "../repository.ts";
import type { ProveRow, Seen } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";
import { judgeSimulate } from "./judge-simulate.ts";

const { decisionNanos, heapKilobytes, patternsMs, scenarios, simulated, simulation } = ROUTING_LIMITS;

/** What is decided before anybody is asked: by simulation, by distribution, in words. */
export function createCoreRows(): readonly ProveRow[] {
  return [
    {
      promise: `${simulation.seeds.toLocaleString("en-GB")} seeds × ${simulation.seconds} virtual seconds of isolates, targets, faults and lost messages hold every invariant, in ${simulation.withinSeconds} s on two cores; a failure replays identically`,
      run: judgeSimulation,
    },
    {
      promise: `At least ${simulation.bugs} planted bugs are each found within ${simulation.mostSeeds.toLocaleString("en-GB")} seeds`,
      run: judgePlanted,
    },
    {
      promise:
        "Weights within 1 % at 100,000 draws; a consistent hash moves at most 1.25/n of the keys when a target comes or goes; a key keeps its variant",
      run: async () => judgeSuite(await runSuite("test/core/routing")),
    },
    {
      promise: `fairlead explain tells ${scenarios} scenarios as reviewed`,
      run: async () => {
        const files = await readdir(join(REPOSITORY, "test/cli/explain/scenarios"));
        const told = files.filter((name) => name.endsWith(".txt")).length;
        const seen = judgeSuite(await runSuite("test/cli/explain.test.ts"), `${told} scenarios`);
        return { ...seen, holds: seen.holds && told >= scenarios };
      },
    },
    {
      promise: `fairlead simulate replays a trace of ${simulated.lines.toLocaleString("en-GB")} lines in ${simulated.withinSeconds} s`,
      run: judgeSimulate,
    },
    {
      promise: "fairlead drill passes on the example policies, and fails on ten policies broken in one way each, naming the path",
      run: async () => {
        const seen = judgeSuite(await runSuite("test/cli/drill"));
        const out: string[] = [];
        const code = await runDrillCommand(
          [],
          createIo((line) => out.push(line)),
        );
        return { ...seen, holds: seen.holds && code === 0, figure: `${seen.figure}; ${out.at(-1) ?? ""}` };
      },
    },
    {
      promise: "Attack rows H01, H03 and H04: patterns run in linear time or are refused, programs and conditions are capped",
      run: async () => judgeSuite(await runSuite("test/core/expression", "test/patterns")),
    },
    {
      promise: `Attack row H02: 1 MB of 'a' against all built-in patterns in ${patternsMs} ms`,
      run: async () => {
        const patterns = await collectBuiltInPatterns();
        const best = Math.min(...[1, 2, 3].map(() => timeBuiltInPatterns(patterns, 1_000_000)));
        return { holds: best < patternsMs, figure: `${best.toFixed(1)} ms for ${patterns.length} patterns, best of three` };
      },
    },
    {
      promise: `A decision takes at most ${decisionNanos / 1_000} µs at 10,000 routes and with 100 targets, and leaves nothing in memory`,
      run: judgeDecision,
    },
  ];
}

async function judgeSimulation(): Promise<Seen> {
  const { seconds, seeds, withinSeconds } = simulation;
  const run = await runManySeeds({ seeds, seconds, workers: 2 });
  const replay = judgeSuite(await runSuite("test/simulation"));
  return {
    holds: run.violations.length === 0 && run.secondsTaken <= withinSeconds && replay.holds,
    figure: `${run.violations.length} violations in ${run.seeds} seeds, ${run.requests} requests, ${run.attempts} attempts, ${run.secondsTaken.toFixed(0)} s; ${replay.figure}`,
    details: [
      ...run.violations.slice(0, 10).map(({ invariant, seed, what }) => `seed ${seed}: ${invariant}: ${what}`),
      ...(replay.details ?? []),
    ],
  };
}

async function judgePlanted(): Promise<Seen> {
  const found = await findPlantedBugs({ mostSeeds: simulation.mostSeeds });
  const missed = found.filter(({ foundAtSeed }) => foundAtSeed === null);
  return {
    holds: missed.length === 0 && found.length >= simulation.bugs,
    figure: `${found.length - missed.length} of ${found.length} found`,
    details: found.map(
      ({ foundAtSeed, name, seen }) => `${name}: ${foundAtSeed === null ? "not found" : `seed ${foundAtSeed}`} ${seen ?? ""}`,
    ),
  };
}

async function judgeDecision(): Promise<Seen> {
  const decisions = await createDecisions(10_000);
  const samples = { spread: Number.POSITIVE_INFINITY, wide: Number.POSITIVE_INFINITY };
  for (let turn = 0; turn < 5; turn += 1) {
    samples.spread = Math.min(samples.spread, decisions.spread());
    samples.wide = Math.min(
      samples.wide,
      decisions.time(() => WIDE_MODEL),
    );
  }
  const before = heapAfterCollection();
  for (let turn = 0; turn < 10; turn += 1) decisions.time(() => WIDE_MODEL);
  const grownKilobytes = (heapAfterCollection() - before) / 1_024;
  return {
    holds: samples.spread <= decisionNanos && samples.wide <= decisionNanos && grownKilobytes <= heapKilobytes,
    figure: `${(samples.spread / 1_000).toFixed(1)} µs over 10,000 routes, ${(samples.wide / 1_000).toFixed(1)} µs with 100 targets; ${grownKilobytes.toFixed(0)} KB more after 200,000 decisions`,
  };
}

function heapAfterCollection(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void; // exists under the flag
  collect();
  return process.memoryUsage().heapUsed;
}

function createIo(out: (line: string) => void): CliIo {
  return { out, err: () => undefined, env: {}, cwd: REPOSITORY };
}
