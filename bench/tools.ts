import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { runToEnd } from "./processes.ts";
import { benchDirectory, cacheDirectory } from "./workspace.ts";

/** A program the benchmark needs and this machine does not have. The message says how to get it. */
export class MissingToolError extends Error {
  override readonly name = "MissingToolError";
}

/** Path of a program from a Debian package of the same name; installs it once where that needs no password. @throws MissingToolError */
export async function requireDebianTool(name: string): Promise<string> {
  const found = findOnPath(name);
  if (found !== undefined) return found;
  const advice = `${name} is not installed (apt-get install ${name})`;
  if (process.getuid?.() !== 0 || findOnPath("apt-get") === undefined) throw new MissingToolError(`${advice}.`);
  await installDebianPackage(name, advice);
  const installed = findOnPath(name);
  if (installed === undefined) throw new MissingToolError(`${advice}; its package has no such program.`);
  return installed;
}

/** Builds the stub and the stream client. Returns their folder. @throws MissingToolError without a Go toolchain */
export async function buildGoPrograms(): Promise<string> {
  const go = findOnPath("go");
  if (go === undefined)
    throw new MissingToolError("Go is not installed; the upstream stub is compiled from bench/stub (https://go.dev/dl/).");
  const output = cacheDirectory("bin");
  await runToEnd({
    name: "go build",
    file: go,
    args: ["build", "-trimpath", "-o", `${output}/`, "./stub", "./load/streams"],
    cwd: benchDirectory,
    env: { GOTOOLCHAIN: "local", GOFLAGS: "", GOWORK: "off" },
    timeoutSeconds: 180,
  });
  return output;
}

/** RUNLEVEL=1 keeps the package from starting a server of its own. */
async function installDebianPackage(name: string, advice: string): Promise<void> {
  const environment = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const aptGet = (...args: string[]): Promise<string> =>
    runToEnd({ name: `apt-get ${args[0]}`, file: "apt-get", args, env: environment, timeoutSeconds: 180 });
  const install = (): Promise<string> => aptGet("install", "-y", "--no-install-recommends", name);
  try {
    await install().catch(() => aptGet("update").then(install));
  } catch (cause) {
    throw new MissingToolError(`${advice}; installing it failed: ${String(cause)}`, { cause });
  }
}

function findOnPath(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/go/bin"];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
