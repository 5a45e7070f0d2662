import { parseArgs } from "node:util";
import { orRefuse } from "./input-refused.ts";
import { type CliIo, EXIT } from "./io.ts";
import { linkOffline, readPolicy } from "./read-policy.ts";
import { comparePolicies, type ReadyPolicy } from "./simulate/compare.ts";
import { type FailOn, parseFailOn, reasonsToFail } from "./simulate/fail-on.ts";
import { renderSimulation } from "./simulate/render-simulation.ts";
import { summarise } from "./simulate/summarise.ts";
import { readTrace } from "./trace/read-trace.ts";
import { tryParse } from "./try-parse.ts";

export const SIMULATE_USAGE = `fairlead simulate --trace FILE --against DIR [--policies DIR]   what a changed policy directory would have done otherwise
  --policies DIR      the one to compare with; default: policies
  --fail-on LIST      exit code 1 on any of: refusals (more of a kind), target (a request changes), cost:+10%,
                      open (a request that the trace does not decide)
  --only-configured   only credentials that the environment or .dev.vars hold; default: all count as set
  --json              the same as data`;

const OPTIONS = {
  trace: { type: "string" },
  against: { type: "string" },
  policies: { type: "string", default: "policies" },
  "fail-on": { type: "string" },
  "only-configured": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

interface SimulateArguments {
  readonly trace: string;
  readonly against: string;
  readonly policies: string;
  readonly failOn: readonly FailOn[];
  readonly onlyConfigured: boolean;
  readonly json: boolean;
}

/** Replays a trace under two policy directories and prints the difference. Asks nobody. */
export async function runSimulate(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${SIMULATE_USAGE}`);
    return EXIT.usage;
  }
  const given = parsed.value;
  return orRefuse(async () => {
    const lines = await readTrace(given.trace, io.cwd);
    const before = await readReady(given.policies, given, io);
    const after = await readReady(given.against, given, io);
    const summary = summarise(comparePolicies(lines, before, after));
    const reasons = reasonsToFail(summary, given.failOn);
    const names = { before: given.policies, after: given.against };
    io.out(given.json ? JSON.stringify({ ...summary, fails: reasons }, null, 2) : renderSimulation(summary, names));
    for (const reason of reasons) io.err(`FAILS ${reason}`);
    return reasons.length === 0 ? EXIT.done : EXIT.refused;
  }, io.err);
}

function readArguments(args: readonly string[]): SimulateArguments {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const { against, "fail-on": failOn, json, "only-configured": onlyConfigured, policies, trace } = values;
  if (trace === undefined) throw new Error("--trace FILE is required.");
  if (against === undefined) throw new Error("--against DIR is required.");
  return { trace, against, policies, failOn: failOn === undefined ? [] : parseFailOn(failOn), onlyConfigured, json };
}

async function readReady(location: string, given: SimulateArguments, io: CliIo): Promise<ReadyPolicy> {
  const compiled = await readPolicy(location, io);
  return { compiled, policy: await linkOffline(compiled, given, io) };
}
