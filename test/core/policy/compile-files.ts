import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CompileInput, compilePolicy, type CompileResult } from "../../../src/core/policy/compile.ts";
import type { CompiledPolicy } from "../../../src/core/policy/compiled.ts";
import { renderProblem } from "../../../src/core/policy/problem.ts";
import type { PolicyFile } from "../../../src/core/policy/read-documents.ts";
import { sha256Hex } from "../../../src/cli/compile-directory.ts";
import { CATALOGUE } from "../../../src/providers/catalogue.ts";

export const POLICIES_DIRECTORY = join(import.meta.dirname, "../../../policies");

/** Compiles with the real catalogue and an empty environment unless told otherwise. */
export function compileFiles(files: readonly PolicyFile[], options: Partial<CompileInput> = {}): Promise<CompileResult> {
  return compilePolicy({ files, catalogue: CATALOGUE, environment: {}, epoch: 1, generation: 1, digest: sha256Hex, ...options });
}

/** Compiles one text as one file. */
export function compileText(text: string, options: Partial<CompileInput> = {}): Promise<CompileResult> {
  return compileFiles([{ path: "policy.yaml", text }], options);
}

/** The compiled policy; fails the test with every problem when there is none. */
export function expectCompiled(result: CompileResult): CompiledPolicy {
  if (result.kind === "rejected") throw new Error(result.problems.map(renderProblem).join("\n"));
  return result.policy;
}

export function readYamlFiles(directory: string): readonly PolicyFile[] {
  const names = readdirSync(directory).filter((name) => name.endsWith(".yaml"));
  return names.toSorted().map((name) => ({ path: name, text: readFileSync(join(directory, name), "utf8") }));
}
