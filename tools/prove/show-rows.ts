import type { ProveRow, Seen } from "./row.ts";

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Runs rows one after the other and prints each as it finishes. A row that throws falls short with the error as its figure. */
export async function showRows(rows: readonly ProveRow[], print: (line: string) => void): Promise<Tally> {
  let passed = 0;
  for (const row of rows) {
    const startedAt = Date.now();
    const { details = [], figure, holds } = await run(row);
    if (holds) passed += 1;
    const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
    print(`${holds ? "holds      " : "falls short"}  ${row.promise}: ${figure} (${seconds} s)`);
    for (const detail of details) print(`             ${detail}`);
  }
  return { passed, failed: rows.length - passed };
}

async function run(row: ProveRow): Promise<Seen> {
  try {
    return await row.run();
  } catch (error) {
    return {
      holds: false,
      figure: String(error)
        .replaceAll(/\s*\n\s*/g, " ")
        .slice(0, 1_000),
    };
  }
}
