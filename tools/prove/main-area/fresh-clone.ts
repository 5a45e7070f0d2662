import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostEnvironment } from "../host-environment.ts";
import { REPOSITORY } from "../repository.ts";
import { type Finished, type Running, runCommand, startCommand } from "../run-command.ts";

const MINUTE_MS = 60_000;

/** A clone of HEAD on which the commands of a newcomer are run, with the machine's own Node. */
export interface FreshClone {
  readonly directory: string;
  /** As in `v20.20.2`. */
  readonly nodeVersion: string;
  readonly commit: string;
  run(
    file: string,
    args: readonly string[],
    options?: { readonly minutes?: number; readonly onLine?: (line: string) => void },
  ): Promise<Finished>;
  start(file: string, args: readonly string[], variables?: Readonly<Record<string, string>>): Running;
  remove(): Promise<void>;
}

/** Clones HEAD into a new folder; changes that are not committed are not in it. @throws Error when git fails */
export async function cloneHead(): Promise<FreshClone> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-clone-"));
  const env = hostEnvironment();
  const run: FreshClone["run"] = (file, args, { minutes = 10, onLine } = {}) =>
    runCommand({ file, args, cwd: directory, env, timeoutMs: minutes * MINUTE_MS }, onLine);
  await succeed(run("git", ["clone", "--quiet", REPOSITORY, "."]));
  return {
    directory,
    nodeVersion: (await succeed(run("node", ["--version"]))).trim(),
    commit: (await succeed(run("git", ["rev-parse", "--short", "HEAD"]))).trim(),
    run,
    start: (file, args, variables = {}) => startCommand({ file, args, cwd: directory, env: { ...env, ...variables } }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function succeed(running: Promise<Finished>): Promise<string> {
  const { code, output, stdout } = await running;
  if (code !== 0) throw new Error(`A fresh clone could not be made: ${output.trim().slice(-400)}`);
  return stdout;
}
