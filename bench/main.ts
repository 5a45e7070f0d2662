import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { refreshBenchSummary } from "../tools/bench-summary.ts";
import { describeMachine, renderResults, renderTables } from "./report.ts";
import { runBench } from "./run.ts";
import { benchDirectory } from "./workspace.ts";

const USAGE = `npm run bench [-- OPTION…]
  --only NAME,…      these scenarios (default: all)
  --subjects NAME,…  these subjects (default: all)
  --rounds N         interleaved rounds (default 5)
  --seconds N        of one subject's turn (default 4)
  --json FILE        also write the rows as a JSON array
  --write            also write bench/RESULTS.md, and its summary into the README`;

process.exitCode = await main().catch((error: unknown) => {
  console.error(String(error));
  return 2;
});

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      subjects: { type: "string" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "4" },
      json: { type: "string" },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const effort = { rounds: parseCount("--rounds", values.rounds), seconds: parseCount("--seconds", values.seconds) };
  const load = loadavg()[0] ?? 0;
  if (load > 0.5) console.error(`The machine is busy (load average ${load.toFixed(1)}): trust ratios more than figures.`);
  const rows = await runBench({
    ...effort,
    only: values.only?.split(","),
    subjects: values.subjects?.split(","),
    log: (message) => console.error(message),
  });
  console.log(`\n${renderTables(rows)}\n${describeMachine()}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  if (values.write) {
    writeFileSync(join(benchDirectory, "RESULTS.md"), renderResults(rows, effort));
    refreshBenchSummary();
  }
  return rows.some((row) => row.failure !== undefined) ? 1 : 0;
}

function parseCount(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 600)
    throw new RangeError(`${option} is a whole number from 1 to 600, not "${text}".`);
  return count;
}
