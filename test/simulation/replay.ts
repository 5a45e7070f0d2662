import { runSimulation } from "./run-simulation.ts";

const DEFAULT_SECONDS = 300;

/** `node test/simulation/replay.ts SEED [SECONDS]`: one seed again, every event in words. */
const [seed = "1", seconds = String(DEFAULT_SECONDS)] = process.argv.slice(2);
const result = await runSimulation({ seed: Number(seed), seconds: Number(seconds), log: (line) => console.log(line) });
const { counts, ok, sawRecovery, traceHash, violations } = result;
console.log(`\nseed ${seed}: ${ok ? "every invariant held" : "VIOLATED"}; trace ${traceHash}`);
console.log(JSON.stringify({ ...counts, sawRecovery }));
for (const { at, invariant, what } of violations) console.log(`${invariant} at ${(at / 1_000).toFixed(3)} s: ${what}`);
process.exitCode = ok ? 0 : 1;
