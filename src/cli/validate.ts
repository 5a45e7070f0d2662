import { parseArgs } from "node:util";
import type { CompileReport } from "../core/policy/compile.ts";
import { type Problem, renderProblem } from "../core/policy/problem.ts";
import { compileDirectory } from "./compile-directory.ts";
import { type CliIo, EXIT } from "./io.ts";
import { tryParse } from "./try-parse.ts";

export const VALIDATE_USAGE = "fairlead validate [DIR]        default: policies";

/** Prints every problem of a policy directory, one line each, and a summary. */
export async function runValidate(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => parseArgs({ args: [...args], allowPositionals: true, options: {} }));
  if (parsed.kind === "refused" || parsed.value.positionals.length > 1) {
    io.err(`${parsed.kind === "refused" ? parsed.message : "One directory at most."}\nUsage: ${VALIDATE_USAGE}`);
    return EXIT.usage;
  }
  const location = parsed.value.positionals[0] ?? "policies";
  const compiled = await compileDirectory({ location, epoch: 0, generation: 0 }, io);
  if (compiled.kind === "unreadable") {
    io.err(compiled.message);
    return EXIT.refused;
  }
  const { result, fileCount } = compiled;
  const problems = result.kind === "compiled" ? result.warnings : result.problems;
  for (const problem of problems) io.out(renderProblem(problem));
  const counts = `${countOf(problems, "error")}, ${countOf(problems, "warning")} in ${plural(fileCount, "file")}`;
  if (result.kind === "rejected") {
    io.out(`${location}: ${counts}.`);
    return EXIT.refused;
  }
  io.out(`${location}: valid, ${counts}: ${summary(result.report)}; digest ${result.policy.digest.slice(0, 12)}.`);
  return EXIT.done;
}

function summary({ providers, routes, consumers, keys, overrides }: CompileReport): string {
  const counts = [plural(providers, "provider"), plural(routes, "route"), plural(consumers, "consumer"), plural(keys, "key")];
  return counts.join(", ") + (overrides.length === 0 ? "" : `; replaced by ${overrides.join(", ")}`);
}

function countOf(problems: readonly Problem[], severity: Problem["severity"]): string {
  return plural(problems.filter((problem) => problem.severity === severity).length, severity);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
