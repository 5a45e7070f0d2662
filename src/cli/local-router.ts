import { CACHE_SECRET_VARIABLE } from "../core/cache/read-cache-secret.ts";
import { mkdir, mkdtemp } from "node:fs/promises";
import { join, resolve } from "node:path";
import { hashApiKey } from "../core/hash-api-key.ts";
import { buildRouter, type BuildOptions, type RouterBuild } from "./build-router.ts";
import { PEPPER_VARIABLE } from "./local-identity.ts";
import type { WorkerdConfigOptions } from "./workerd-config.ts";
import { type RunningWorkerd, startWorkerd } from "./workerd-process.ts";

export { PolicyRejected } from "./build-router.ts";

export interface RunOptions {
  /** 0 or nothing: any free port. */
  readonly port?: number;
  /** Secrets and other variables; a policy's credentials are looked up here. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Where Durable Objects are kept; nothing keeps them for this run only. */
  readonly stateDirectory?: string;
  /** Base URL of an object host, whose objects are used instead of the router's own; it need not be up. */
  readonly objectHost?: string;
  /** What workerd itself prints goes nowhere. */
  readonly quiet?: boolean;
}

export type RouterOptions = BuildOptions & RunOptions;

/** A router of a build, on a workerd process of its own. */
export interface RunningRouter extends RunningWorkerd {
  readonly key: string;
  readonly adminKey: string;
  readonly compiled: RouterBuild["compiled"];
}

/**
 * Compiles a policy directory, bundles it with the Worker and serves it with plain workerd on 127.0.0.1. Resolves once
 * `/readyz` answers. @throws PolicyRejected, Error when the port is taken or workerd does not start
 */
export async function startRouter(options: RouterOptions): Promise<RunningRouter> {
  const build = await buildRouter(options);
  const router = await runRouter(build, options).catch(async (error: unknown) => {
    await build.remove();
    throw error;
  });
  const close = async (): Promise<void> => {
    await router.close();
    await build.remove();
  };
  return { ...router, close };
}

/** Serves a build, which outlives the router. @throws Error when the port is taken or workerd does not start */
export async function runRouter(build: RouterBuild, options: RunOptions): Promise<RunningRouter> {
  const { compiled, directory, identity, modules } = build;
  const secrets = await collectSecrets(build, options.env ?? {});
  const workerd = await startWorkerd({
    directory,
    port: options.port ?? 0,
    config: {
      modules,
      environment: Object.keys(secrets),
      ...(await placeObjects(directory, options)),
    },
    env: secrets,
    quiet: options.quiet === true,
  });
  return { ...workerd, key: identity.key, adminKey: identity.adminKey, compiled };
}

async function placeObjects(
  directory: string,
  { cwd = process.cwd(), objectHost, stateDirectory }: RunOptions,
): Promise<Pick<WorkerdConfigOptions, "doDirectory" | "objectHost">> {
  if (objectHost !== undefined) return { doDirectory: null, objectHost: new URL(objectHost).host };
  if (stateDirectory === undefined) return { doDirectory: await mkdtemp(join(directory, "objects-")) };
  const doDirectory = resolve(cwd, stateDirectory);
  await mkdir(doDirectory, { recursive: true });
  return { doDirectory };
}

async function collectSecrets(
  { compiled, identity }: RouterBuild,
  env: NonNullable<RunOptions["env"]>,
): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {
    [PEPPER_VARIABLE]: identity.pepper,
    [CACHE_SECRET_VARIABLE]: identity.cacheSecret,
    FAIRLEAD_ADMIN_KEY_HASH: `v1:${await hashApiKey(identity.adminKey, identity.pepper)}`,
  };
  const { gateway, providers } = compiled.policy;
  const variables = providers.flatMap(({ credentials }) => credentials.map(({ variable }) => variable));
  for (const variable of gateway.ledger.redis === null ? variables : [...variables, gateway.ledger.redis.variable]) {
    const value = env[variable];
    if (value !== undefined) secrets[variable] = value;
  }
  return secrets;
}
