import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseApiKey } from "../core/api-key.ts";
import { hashApiKey } from "../core/hash-api-key.ts";
import type { CompileResult } from "../core/policy/compile.ts";
import type { CompiledPolicy } from "../core/policy/compiled.ts";
import { renderProblem } from "../core/policy/problem.ts";
import { answersModule } from "./answers-module.ts";
import { bundleWorker, ENTRIES } from "./bundle-worker.ts";
import { compileDirectory } from "./compile-directory.ts";
import { createIdentity, type LocalIdentity } from "./local-identity.ts";
import { redisModule } from "./redis-module.ts";
import type { WorkerModule } from "./workerd-config.ts";

export interface BuildOptions {
  /** Policy directory or file. */
  readonly policies: string;
  /** Variables that policies are compiled with. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly identity?: LocalIdentity;
  /** Makes of the compiled policy the one that is run. Default: itself. */
  readonly derive?: (policy: CompiledPolicy) => CompiledPolicy;
}

/** A policy directory, compiled and bundled with the Worker; any number of processes can run it. */
export interface RouterBuild {
  /** Temporary; holds the modules. */
  readonly directory: string;
  readonly modules: readonly WorkerModule[];
  readonly compiled: Extract<CompileResult, { kind: "compiled" }>;
  readonly identity: LocalIdentity;
  /** Deletes the directory. */
  remove(): Promise<void>;
}

/** The policy directory does not compile; `message` lists every error. */
export class PolicyRejected extends Error {}

/** Compiles and bundles what a local router runs. @throws PolicyRejected */
export async function buildRouter(options: BuildOptions): Promise<RouterBuild> {
  const { env = {}, cwd = process.cwd(), identity = createIdentity() } = options;
  const read = await compileFor(options.policies, identity, { env, cwd });
  const compiled = { ...read, policy: options.derive?.(read.policy) ?? read.policy };
  const directory = await mkdtemp(join(tmpdir(), "fairlead-"));
  const policy = {
    policyPath: join(directory, "policy.json"),
    redisPath: join(directory, "redis.js"),
    answersPath: join(directory, "answers.js"),
  };
  await writeFile(policy.policyPath, JSON.stringify(compiled.policy));
  await writeFile(policy.redisPath, redisModule(compiled.policy));
  await writeFile(policy.answersPath, answersModule(compiled.policy));
  const modules = await bundleWorker({ entry: ENTRIES.router, outFile: join(directory, "index.js"), policy });
  return { directory, modules, compiled, identity, remove: () => rm(directory, { recursive: true, force: true }) };
}

type Place = { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string };

/** The user's directory and, beside it, the consumer `local` that the printed key belongs to. */
async function compileFor(location: string, identity: LocalIdentity, place: Place): Promise<RouterBuild["compiled"]> {
  const id = parseApiKey(identity.key)?.id ?? "";
  const local = {
    apiVersion: "fairlead.dev/v1alpha1",
    kind: "Consumer",
    metadata: { name: "local" },
    spec: { keys: [{ name: "printed", id, hash: `v1:${await hashApiKey(identity.key, identity.pepper)}` }] },
  };
  const io = { ...place, out: () => undefined, err: () => undefined };
  const extraFiles = [{ path: "(local consumer)", text: JSON.stringify(local) }];
  const read = await compileDirectory({ location, epoch: 1, generation: 1, extraFiles }, io);
  if (read.kind === "unreadable") throw new PolicyRejected(read.message);
  if (read.result.kind === "rejected") throw new PolicyRejected(read.result.problems.map(renderProblem).join("\n"));
  return read.result;
}
