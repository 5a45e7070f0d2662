import type { CompiledPolicy } from "../core/policy/compiled.ts";
import { linkPolicy } from "../core/policy/link.ts";
import type { LinkedPolicy } from "../core/policy/linked.ts";
import { renderProblem } from "../core/policy/problem.ts";
import { DIALECT_FACTS } from "../dialects/index.ts";
import { compileDirectory } from "./compile-directory.ts";
import { readVariables } from "./dev-vars.ts";
import { InputRefused } from "./input-refused.ts";
import type { CliIo } from "./io.ts";

/** A policy directory, compiled; nothing of it is published. @throws InputRefused with every error of it, one a line */
export async function readPolicy(location: string, io: CliIo): Promise<CompiledPolicy> {
  const read = await compileDirectory({ location, epoch: 0, generation: 0 }, io);
  if (read.kind === "unreadable") throw new InputRefused(read.message);
  const { result } = read;
  if (result.kind === "compiled") return result.policy;
  throw new InputRefused([...result.problems.map(renderProblem), `${location} does not compile.`].join("\n"));
}

/**
 * The policy as tables, without anybody's secrets: every credential counts as set, or with `onlyConfigured` those that the
 * environment and `.dev.vars` hold.
 */
export async function linkOffline(
  policy: CompiledPolicy,
  { onlyConfigured }: { readonly onlyConfigured: boolean },
  io: CliIo,
): Promise<LinkedPolicy> {
  const variables = onlyConfigured ? await readVariables(io) : null;
  return linkPolicy(policy, {
    readSecret: (name) => (variables === null ? "assumed" : variables[name]),
    dialects: DIALECT_FACTS,
  });
}
