import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { PolicyFile } from "../core/policy/read-documents.ts";

/** Holds generated schemas, never policy. */
const SCHEMA_DIRECTORY = "schema";

/**
 * Policy files (`*.yaml`, `*.yml`) of a directory tree, or the one file named, sorted. Paths are relative to `cwd`, so that a
 * terminal can open them. @throws Error when there is no such file or directory.
 */
export async function loadPolicyFiles(location: string, cwd: string): Promise<readonly PolicyFile[]> {
  const root = resolve(cwd, location);
  const paths = (await stat(root)).isDirectory() ? await listYaml(root) : [root];
  const files = paths.map(async (path) => ({
    path: relative(cwd, path).split(sep).join("/"),
    text: await readFile(path, "utf8"),
  }));
  return Promise.all(files);
}

async function listYaml(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const nested = entries
    .filter(({ name }) => !name.startsWith("."))
    .map(async (entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return entry.name === SCHEMA_DIRECTORY ? [] : listYaml(path);
      return /\.ya?ml$/.test(entry.name) ? [path] : [];
    });
  return (await Promise.all(nested)).flat().toSorted();
}
