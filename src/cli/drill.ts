import { parseArgs } from "node:util";
import type { CompiledPolicy } from "../core/policy/compiled.ts";
import { readVariables } from "./dev-vars.ts";
import { enumerateRoutes } from "./drill/enumerate-routes.ts";
import { failingModel } from "./drill/failing-model.ts";
import { listSituations } from "./drill/list-situations.ts";
import { type DrillReport, renderReport, reportOf } from "./drill/report.ts";
import { runDrill } from "./drill/run-drill.ts";
import { checkStatically, type Finding } from "./drill/static-checks.ts";
import { unconfiguredTargets } from "./drill/unconfigured.ts";
import { orRefuse } from "./input-refused.ts";
import { type CliIo, EXIT } from "./io.ts";
import { linkOffline, readPolicy } from "./read-policy.ts";
import { tryParse } from "./try-parse.ts";

export const DRILL_USAGE = `fairlead drill [DIR]   runs every failover path of a policy directory against simulated providers; default: policies
  --only-configured   only credentials that the environment or .dev.vars hold; default: all count as set
  --json              the report as data`;

const OPTIONS = {
  "only-configured": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

interface DrillArguments {
  readonly location: string;
  readonly onlyConfigured: boolean;
  readonly json: boolean;
}

/** Proves each failover path on the real router; exits 1 when one does not hold. Asks no provider. */
export async function runDrillCommand(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage:\n${DRILL_USAGE}`);
    return EXIT.usage;
  }
  const { json, location } = parsed.value;
  return orRefuse(async () => {
    const report = await drill(parsed.value, io);
    io.out(json ? JSON.stringify(report, null, 2) : renderReport(report, location));
    return report.failed.length === 0 ? EXIT.done : EXIT.refused;
  }, io.err);
}

function readArguments(args: readonly string[]): DrillArguments {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  if (positionals.length > 1) throw new Error("One directory at most.");
  return { location: positionals[0] ?? "policies", onlyConfigured: values["only-configured"], json: values.json };
}

async function drill({ location, onlyConfigured }: DrillArguments, io: CliIo): Promise<DrillReport> {
  const startedAt = performance.now();
  const compiled = await readPolicy(location, io);
  const variables = await readVariables(io);
  const isSet = (variable: string): boolean => !onlyConfigured || (variables[variable] ?? "") !== "";
  const routes = enumerateRoutes({ compiled, policy: await linkOffline(compiled, { onlyConfigured }, io) });
  const situations = routes.flatMap(listSituations);
  const outcomes = await runDrill(situations, { location, compiled, env: io.env, cwd: io.cwd, isSet });
  const unconfigured: readonly Finding[] = onlyConfigured ? [] : unconfiguredTargets(compiled, variables);
  return reportOf({
    outcomes,
    findings: [...unconfigured, ...routes.flatMap(checkStatically)],
    notDrilled: notDrilled(compiled),
    rules: compiled.routes.filter(({ mode }) => mode === "Enforce").length,
    seconds: (performance.now() - startedAt) / 1_000,
  });
}

/** Listed by a rule and brought about by no answer, streamed or not. */
function notDrilled({ routes }: CompiledPolicy): readonly string[] {
  const listed = new Set(routes.flatMap(({ failover }) => failover.on));
  return [...listed].filter((name) => failingModel(name, true) === null && failingModel(name, false) === null).toSorted();
}
