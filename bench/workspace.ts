import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The benchmark's own folder in the repository. */
export const benchDirectory = fileURLToPath(new URL(".", import.meta.url));

/** A folder that is kept between runs: compiled programs, the installed peer. Git ignores it. */
export function cacheDirectory(name: string): string {
  const path = join(benchDirectory, "..", ".fairlead", "bench", name);
  mkdirSync(path, { recursive: true });
  return path;
}

const runDirectories = new Set<string>();

/** A folder of one scenario, readable to its owner alone: generated configuration and request bodies. */
export function createRunDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "fairlead-bench-"));
  runDirectories.add(path);
  return path;
}

export function removeRunDirectories(): void {
  for (const path of runDirectories) rmSync(path, { recursive: true, force: true });
  runDirectories.clear();
}
