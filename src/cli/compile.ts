import { mkdir, readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { renderProblem } from "../core/policy/problem.ts";
import { answersModule } from "./answers-module.ts";
import { compileDirectory } from "./compile-directory.ts";
import { type CliIo, EXIT } from "./io.ts";
import { redisModule } from "./redis-module.ts";
import { replaceFile } from "./replace-file.ts";
import { tryParse } from "./try-parse.ts";

export const COMPILE_USAGE =
  "fairlead compile DIR --out FILE [--redis FILE] [--answers FILE] [--epoch N] [--generation N]        epoch and generation default to 1\n    --redis and --answers write the modules 'fairlead:redis' and 'fairlead:answers' that a Worker of this policy is built with.";

const OPTIONS = {
  out: { type: "string" },
  redis: { type: "string" },
  answers: { type: "string" },
  epoch: { type: "string", default: "1" },
  generation: { type: "string", default: "1" },
} as const;

/** Writes the compiled policy as JSON. A directory with errors leaves the file as it was, and so does an unchanged result. */
export async function runCompile(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = tryParse(() => readArguments(args));
  if (parsed.kind === "refused") {
    io.err(`${parsed.message}\nUsage: ${COMPILE_USAGE}`);
    return EXIT.usage;
  }
  const { answers, location, out, redis, epoch, generation } = parsed.value;
  const compiled = await compileDirectory({ location, epoch, generation }, io);
  if (compiled.kind === "unreadable") {
    io.err(compiled.message);
    return EXIT.refused;
  }
  const { result } = compiled;
  for (const problem of result.kind === "compiled" ? result.warnings : result.problems) io.err(renderProblem(problem));
  if (result.kind === "rejected") {
    io.err(`${location}: not compiled; ${out} is unchanged.`);
    return EXIT.refused;
  }
  await writeIfChanged(resolve(io.cwd, out), `${JSON.stringify(result.policy)}\n`);
  if (redis !== undefined) await writeIfChanged(resolve(io.cwd, redis), redisModule(result.policy));
  if (answers !== undefined) await writeIfChanged(resolve(io.cwd, answers), answersModule(result.policy));
  const { routes, overrides } = result.report;
  // Whoever deploys must see that a variable of this machine went into the policy.
  const replaced = overrides.length === 0 ? "" : `, replaced by ${overrides.join(", ")}`;
  io.out(`${out}: ${routes} routes${replaced}; digest ${result.policy.digest.slice(0, 12)}.`);
  return EXIT.done;
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  const [location] = positionals;
  if (location === undefined || positionals.length > 1) throw new Error("Name one directory.");
  if (values.out === undefined) throw new Error("Name the file to write with --out.");
  const { answers, out, redis } = values;
  return { location, out, answers, redis, epoch: count(values.epoch), generation: count(values.generation) };
}

function count(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`"${text}" is not a whole number.`);
  return Number(text);
}

/** A build tool that watches the file would otherwise rebuild for nothing, and forever when it starts this command. */
async function writeIfChanged(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const before = await readFile(path, "utf8").catch(() => null);
  if (before !== text) await replaceFile(path, text);
}
