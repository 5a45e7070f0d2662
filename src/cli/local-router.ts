import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseApiKey } from "../core/api-key.ts";
import { hashApiKey } from "../core/hash-api-key.ts";
import type { CompileResult } from "../core/policy/compile.ts";
import { renderProblem } from "../core/policy/problem.ts";
import { bundleWorker } from "./bundle-worker.ts";
import { compileDirectory } from "./compile-directory.ts";
import { createIdentity, type LocalIdentity, PEPPER_VARIABLE } from "./local-identity.ts";
import { renderWorkerdConfig } from "./workerd-config.ts";
import { workerdPath } from "./workerd-path.ts";

export interface RouterOptions {
  /** Policy directory or file. */
  readonly policies: string;
  /** 0 or nothing: any free port. */
  readonly port?: number;
  /** Secrets and other variables; a policy's credentials are looked up here. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly identity?: LocalIdentity;
  /** Where Durable Objects are kept; nothing keeps them for this run only. */
  readonly stateDirectory?: string;
  /** What workerd itself prints goes nowhere. */
  readonly quiet?: boolean;
}

export interface RunningRouter {
  readonly url: string;
  readonly key: string;
  readonly adminKey: string;
  /** Of workerd. */
  readonly pid: number;
  readonly compiled: Extract<CompileResult, { kind: "compiled" }>;
  /** Resolves with workerd's exit code. */
  readonly exited: Promise<number | null>;
  close(): Promise<void>;
}

/** The policy directory does not compile; `message` lists every error. */
export class PolicyRejected extends Error {}

const READY_MS = 20_000;
const POLL_MS = 20;
/** workerd drains and does not exit while an upstream call hangs. */
const KILL_AFTER_MS = 1_000;

/**
 * Compiles a policy directory, bundles it with the Worker and serves it with plain workerd on 127.0.0.1. Resolves once
 * `/readyz` answers. @throws PolicyRejected, Error when the port is taken or workerd does not start
 */
export async function startRouter(options: RouterOptions): Promise<RunningRouter> {
  const { env = {}, cwd = process.cwd(), identity = createIdentity() } = options;
  const compiled = await compileFor(options.policies, identity, { env, cwd });
  const directory = await mkdtemp(join(tmpdir(), "fairlead-"));
  const port = await claimPort(options.port ?? 0);
  const secrets = await collectSecrets(compiled, identity, env);
  await writeWorker(directory, compiled);
  const objects = options.stateDirectory === undefined ? join(directory, "objects") : resolve(cwd, options.stateDirectory);
  await mkdir(objects, { recursive: true });
  await writeFile(
    join(directory, "config.capnp"),
    renderWorkerdConfig({
      modules: [{ name: "index.js", path: "index.js" }],
      port,
      environment: Object.keys(secrets),
      doDirectory: objects,
    }),
  );
  const child = spawn(workerdPath(), ["serve", "config.capnp"], {
    cwd: directory,
    env: secrets,
    stdio: ["ignore", options.quiet === true ? "ignore" : "inherit", options.quiet === true ? "ignore" : "inherit"],
  });
  const exited = new Promise<number | null>((done) => child.once("exit", done));
  const close = async (): Promise<void> => {
    await stop(child, exited);
    await rm(directory, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(url, exited).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { url, key: identity.key, adminKey: identity.adminKey, pid: child.pid ?? 0, compiled, exited, close };
}

type Place = { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string };

/** The user's directory and, beside it, the consumer `local` that the printed key belongs to. */
async function compileFor(location: string, identity: LocalIdentity, place: Place): Promise<RunningRouter["compiled"]> {
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

async function collectSecrets(
  compiled: RunningRouter["compiled"],
  identity: LocalIdentity,
  env: Place["env"],
): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {
    [PEPPER_VARIABLE]: identity.pepper,
    FAIRLEAD_ADMIN_KEY_HASH: `v1:${await hashApiKey(identity.adminKey, identity.pepper)}`,
  };
  for (const { variable } of compiled.policy.providers.flatMap((provider) => provider.credentials)) {
    const value = env[variable];
    if (value !== undefined) secrets[variable] = value;
  }
  return secrets;
}

async function writeWorker(directory: string, compiled: RunningRouter["compiled"]): Promise<void> {
  const policyPath = join(directory, "policy.json");
  await writeFile(policyPath, JSON.stringify(compiled.policy));
  await bundleWorker(policyPath, join(directory, "index.js"));
}

/** A free port, or the one asked for. @throws Error when it is taken */
async function claimPort(port: number): Promise<number> {
  const server = createServer();
  return new Promise((done, fail) => {
    server.once("error", (cause) =>
      fail(new Error(`Port ${port} cannot be used on 127.0.0.1. Choose another: npm start -- --port N`, { cause })),
    );
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const free = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => done(free));
    });
  });
}

async function waitUntilReady(url: string, exited: Promise<number | null>): Promise<void> {
  let code: number | null | undefined;
  void exited.then((exitCode) => {
    code = exitCode;
  });
  const giveUpAt = Date.now() + READY_MS;
  while (Date.now() < giveUpAt) {
    if (code !== undefined) throw new Error(`workerd stopped with exit code ${String(code)}.`);
    const isReady = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  throw new Error(`workerd did not become ready within ${READY_MS / 1_000} s.`);
}

async function stop(child: ChildProcess, exited: Promise<number | null>): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  await exited;
  clearTimeout(timer);
}
