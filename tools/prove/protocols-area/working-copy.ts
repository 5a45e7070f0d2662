import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hostEnvironment } from "../host-environment.ts";
import { REPOSITORY } from "../repository.ts";
import { type Finished, runCommand } from "../run-command.ts";

const MINUTE_MS = 60_000;

/** What became of a file of the copy. */
export interface Change {
  readonly path: string;
  /** Lines. */
  readonly added: number;
  readonly removed: number;
}

/** The working tree as it stands, committed or not, in a folder of its own. */
export interface WorkingCopy {
  readonly directory: string;
  /** Runs a line of shell as a newcomer would. */
  run(line: string): Promise<Finished>;
  /** What is not as it was copied, in the order of paths. */
  changes(): Promise<readonly Change[]>;
  remove(): Promise<void>;
}

/** Copies the files that git knows or would add; `isWanted` leaves out what is not needed. @throws Error when git fails */
export async function copyWorkingTree(isWanted: (path: string) => boolean = () => true): Promise<WorkingCopy> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-copy-"));
  const env = { ...hostEnvironment(), CI: "1", NO_COLOR: "1" };
  const run = (line: string, cwd = directory): Promise<Finished> =>
    runCommand({ file: "bash", args: ["-e", "-c", line], cwd, env, timeoutMs: 10 * MINUTE_MS });
  const listed = await succeed(run("git ls-files -z --cached --others --exclude-standard", REPOSITORY));
  for (const path of paths(listed).filter(isWanted)) await copy(path, directory);
  await symlink(join(REPOSITORY, "node_modules"), join(directory, "node_modules"));
  await succeed(run("git init --quiet"));
  await writeFile(join(directory, ".git/info/exclude"), "node_modules\n"); // a link, which .gitignore does not mean
  await succeed(run("git add --all"));
  return {
    directory,
    run: (line) => run(line),
    changes: async () => {
      await succeed(run("git add --all --intent-to-add"));
      return paths(await succeed(run("git diff --numstat --no-renames -z"))).map(readChange);
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** What is listed may have been removed since it was committed. */
async function copy(path: string, directory: string): Promise<void> {
  const target = join(directory, path);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(join(REPOSITORY, path), target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}

function paths(listed: string): readonly string[] {
  return listed.split("\0").filter((path) => path !== "");
}

function readChange(line: string): Change {
  const [added, removed, path = ""] = line.split("\t");
  return { path, added: Number(added), removed: Number(removed) };
}

async function succeed(running: Promise<Finished>): Promise<string> {
  const { code, output, stdout } = await running;
  if (code !== 0) throw new Error(`The working tree could not be copied: ${output.trim().slice(-400)}`);
  return stdout;
}
