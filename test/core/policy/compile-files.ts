import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CompileInput, compilePolicy, type CompileResult } from "../../../src/core/policy/compile.ts";
import type { CompiledPolicy, CompiledRoute, CompiledTarget } from "../../../src/core/policy/compiled.ts";
import { renderProblem } from "../../../src/core/policy/problem.ts";
import { linkPolicy } from "../../../src/core/policy/link.ts";
import type { LinkedPolicy } from "../../../src/core/policy/linked.ts";
import type { PolicyFile } from "../../../src/core/policy/read-documents.ts";
import { CATALOGUE } from "../../../src/providers/catalogue.ts";

export const POLICIES_DIRECTORY = join(import.meta.dirname, "../../../policies");

/** Compiles with the real catalogue and an empty environment unless told otherwise. */
export function compileFiles(files: readonly PolicyFile[], options: Partial<CompileInput> = {}): Promise<CompileResult> {
  return compilePolicy({ files, catalogue: CATALOGUE, environment: {}, epoch: 1, generation: 1, ...options });
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

/** The targets of a rule that is not split and names no other virtual model, group by group. */
export function groupsOf(route: CompiledRoute | undefined): readonly (readonly CompiledTarget[])[] {
  return (route?.variants[0]?.groups ?? []).map((group) => ("targets" in group ? group.targets : []));
}

export function firstTarget({ routes }: CompiledPolicy): CompiledTarget | undefined {
  return groupsOf(routes[0])[0]?.[0];
}

/** The compiled policy as tables; every secret is set, and wire formats have one path each. */
export function linked(policy: CompiledPolicy): LinkedPolicy {
  return linkPolicy(policy, {
    readSecret: (variable) => `value of ${variable}`,
    dialects: { path: (dialect, operation) => `/${dialect}/${operation}`, familyOf: (dialect) => dialect },
  });
}

/** One text as tables. */
export async function linkText(text: string): Promise<LinkedPolicy> {
  return linked(expectCompiled(await compileText(text)));
}

/** One document; `spec` is written in flow style so that a test fits a few lines. */
export function document(kind: string, name: string, spec: string): string {
  return `---\napiVersion: fairlead.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
}

export function readYamlFiles(directory: string): readonly PolicyFile[] {
  const names = readdirSync(directory).filter((name) => name.endsWith(".yaml"));
  return names.toSorted().map((name) => ({ path: name, text: readFileSync(join(directory, name), "utf8") }));
}
