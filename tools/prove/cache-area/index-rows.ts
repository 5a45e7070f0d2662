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
      promise: `Bench: ${count(scan.entries)} vectors of ${scan.dimensions} dimensions are searched in ${scan.mostMicros} µs at most, in workerd`,
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
  const micros = microsOf(rows, scan.entries);
  return { holds: micros <= scan.mostMicros, figure: `${micros} µs`, details: curveOf(rows) };
}

function judgeGrowth(rows: readonly BenchRow[]): Seen {
  const grown = microsOf(rows, growth.to) / microsOf(rows, growth.from);
  const times = grown / (growth.to / growth.from);
  return { holds: times <= growth.most, figure: `${times.toFixed(2)}×; ${curveOf(rows).join(", ")}` };
}

/** @throws Error when it was not measured */
function microsOf(rows: readonly BenchRow[], entries: number): number {
  const row = rows.find((each) => each.entries === entries && each.dimensions === scan.dimensions);
  if (row?.scanMicros === undefined) throw new Error(`${entries} entries: ${row?.failure ?? "not measured"}`);
  return row.scanMicros;
}

function curveOf(rows: readonly BenchRow[]): readonly string[] {
  return rows.map(
    ({ dimensions = 0, entries = 0, heldMegabytes, scanMicros }) =>
      `${count(entries)} × ${dimensions}: ${scanMicros ?? "?"} µs, ${heldMegabytes ?? "?"} MB`,
  );
}

function count(entries: number): string {
  return entries.toLocaleString("en-GB");
}
