import type { BenchRow } from "../../../bench/row.ts";
import { runBench } from "../../../bench/run.ts";
import { CACHE_LIMITS } from "../limits.ts";
import { once } from "../once.ts";
import type { ProveRow, Seen } from "../row.ts";
import { judgeSuite, runSuite } from "../run-suite.ts";

const { growth, scan } = CACHE_LIMITS;

/** Searching vectors, and embedders that do not embed. */
export function createIndexRows(): readonly ProveRow[] {
  const measured = once(() => runBench({ only: ["scan"], rounds: scan.rounds }));
  return [
    {
      promise: `Bench: ${count(scan.entries)} vectors of ${scan.dimensions} dimensions are searched in ${scan.mostMicros} µs of processor time at most, in workerd`,
      run: async () => judgeScan(await measured()),
    },
    {
      promise: `Bench: from ${count(growth.from)} to ${count(growth.to)} entries a search grows as their number does: ${growth.most}× that at most`,
      run: async () => judgeGrowth(await measured()),
    },
    {
      promise:
        "An embedder that gives NaN, zeros, other dimensions, too few vectors, garbage, or no answer gives a value that says so (attack G10), and a real one vectors",
      run: async () => judgeSuite(await runSuite("test/adapters/embedding", "test/conformance/cache/embedding.test.ts")),
    },
  ];
}

function judgeScan(rows: readonly BenchRow[]): Seen {
  const { cpuMicros, scanMicros = Number.NaN } = rowOf(rows, scan.entries);
  const figure = `${cpuMicros} µs; ${scanMicros} µs in all on this machine, where others may use the processor too`;
  return { holds: cpuMicros <= scan.mostMicros, figure, details: curveOf(rows) };
}

function judgeGrowth(rows: readonly BenchRow[]): Seen {
  const grown = rowOf(rows, growth.to).cpuMicros / rowOf(rows, growth.from).cpuMicros;
  const times = grown / (growth.to / growth.from);
  return { holds: times <= growth.most, figure: `${times.toFixed(2)}×; ${curveOf(rows).join(", ")}` };
}

/** @throws Error when it was not measured */
function rowOf(rows: readonly BenchRow[], entries: number): BenchRow & { readonly cpuMicros: number } {
  const row = rows.find((each) => each.entries === entries && each.dimensions === scan.dimensions);
  if (row?.cpuMicros === undefined) throw new Error(`${entries} entries: ${row?.failure ?? "not measured"}`);
  return { ...row, cpuMicros: row.cpuMicros };
}

function curveOf(rows: readonly BenchRow[]): readonly string[] {
  return rows.map(
    ({ cpuMicros, dimensions = 0, entries = 0, heldMegabytes }) =>
      `${count(entries)} × ${dimensions}: ${cpuMicros ?? "?"} µs, ${heldMegabytes ?? "?"} MB`,
  );
}

function count(entries: number): string {
  return entries.toLocaleString("en-GB");
}
