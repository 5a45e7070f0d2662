import { spawnSync } from "node:child_process";
import { checkBenchSummary } from "./bench-summary.ts";
import { checkCacheQuality } from "./cache-quality.ts";
import { checkBundle } from "./check-bundle.ts";
import { checkTracked } from "./check-tracked.ts";

/** One invariant of the repository: what must hold, and what shows it. Returns what is wrong; nothing when it holds. */
interface Invariant {
  readonly holds: string;
  check(): string;
}

const INVARIANTS: readonly Invariant[] = [
  command("files are formatted", "oxfmt", "--check", "."),
  command("lint rules and import directions hold", "oxlint"),
  command("Worker code type-checks without Node's types", "tsc", "-p", "tsconfig.json"),
  command("Node code, tests and benches type-check", "tsc", "-p", "tsconfig.node.json"),
  command("tests that run in workerd type-check", "tsc", "-p", "test/workerd/tsconfig.json", "--noEmit"),
  command("nothing is dead: no unused file, export or dependency", "knip"),
  command(
    "layers import downwards only, and the test that says so catches planted violations",
    "vitest",
    "run",
    "test/architecture",
  ),
  command("generated files are fresh", "node", "src/cli/fairlead.ts", "generate", "--check"),
  { holds: "docs/cache-quality.md says what the rules do with the labelled pairs", check: checkCacheQuality },
  { holds: "the README's measured table is that of bench/RESULTS.md", check: checkBenchSummary },
  { holds: "no tracked file names a download address or a machine's path", check: checkTracked },
  { holds: "the Worker bundle deploys, stays within its budget and holds nothing that belongs elsewhere", check: checkBundle },
];

function command(holds: string, program: string, ...args: readonly string[]): Invariant {
  return {
    holds,
    check: () => {
      const { error, status, stderr, stdout } = spawnSync(program, args, { encoding: "utf8" });
      if (status === 0) return "";
      return `${error?.message ?? ""}${stdout}${stderr}`.trim() || `${program} exited with ${String(status)}.`;
    },
  };
}

let failed = 0;
for (const invariant of INVARIANTS) {
  const startedAt = Date.now();
  const wrong = invariant.check();
  console.log(`${wrong === "" ? "holds" : "FAILS"}  ${invariant.holds} (${((Date.now() - startedAt) / 1_000).toFixed(1)} s)`);
  if (wrong === "") continue;
  failed += 1;
  console.log(wrong.replaceAll(/^/gm, "       "));
}
console.log(`${INVARIANTS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
