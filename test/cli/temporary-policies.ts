import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { CliIo } from "../../src/cli/io.ts";
import { POLICIES_DIRECTORY } from "../core/policy/compile-files.ts";

/** A working directory with a copy of the example policies, removed after the test, and what a command printed there. */
export interface Workplace {
  readonly io: CliIo;
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly read: (path: string) => Promise<string>;
  readonly write: (path: string, text: string) => Promise<void>;
}

export async function createWorkplace(env: Readonly<Record<string, string>> = {}): Promise<Workplace> {
  const cwd = await mkdtemp(join(tmpdir(), "fairlead-"));
  onTestFinished(() => rm(cwd, { recursive: true }));
  await cp(POLICIES_DIRECTORY, join(cwd, "policies"), { recursive: true });
  const out: string[] = [];
  const err: string[] = [];
  return {
    io: { out: (line) => void out.push(line), err: (line) => void err.push(line), env, cwd },
    out,
    err,
    read: (path) => readFile(join(cwd, path), "utf8"),
    write: (path, text) => writeFile(join(cwd, path), text),
  };
}
