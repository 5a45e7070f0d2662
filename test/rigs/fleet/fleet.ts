import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildRouter } from "../../../src/cli/build-router.ts";
import { startObjectHost } from "../../../src/cli/local-object-host.ts";
import type { LocalIdentity } from "../../../src/cli/local-identity.ts";
import { type RunningRouter, runRouter } from "../../../src/cli/local-router.ts";
import type { RunningWorkerd } from "../../../src/cli/workerd-process.ts";
import { startDelayProxy } from "../delay-proxy.ts";

export interface FleetOptions {
  readonly processes: number;
  /** Policy directory or file. */
  readonly policies: string;
  /** Secrets and other variables of a process, by its index: one secret each tells an upstream who calls. Default: none. */
  readonly env?: (process: number) => Readonly<Record<string, string>>;
  /** What a call to the objects takes longer, in milliseconds. Default: nothing is put in between. */
  readonly delayMs?: number;
  /** Pepper and keys, for a policy that holds hashes of further keys. Default: made for this fleet. */
  readonly identity?: LocalIdentity;
}

/** Routers with one policy bundle, one identity (a key works on all of them) and one host of objects. */
export interface Fleet {
  readonly routers: readonly RunningRouter[];
  /** Where the objects are kept. */
  readonly stateDirectory: string;
  /** The process itself, without the delay. */
  readonly objectHost: RunningWorkerd;
  /** Ends a router if it still runs, and starts it anew at the same address. */
  restartRouter(process: number): Promise<void>;
  /** Ends the object host if it still runs, and starts it anew at the same address, over the same files. */
  restartObjectHost(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the processes, each with the same bundle. @throws PolicyRejected, Error when workerd does not start */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { delayMs, env = () => ({}), identity, policies, processes } = options;
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  const start = async (): Promise<Fleet> => {
    const stateDirectory = await mkdtemp(join(tmpdir(), "fairlead-fleet-"));
    closers.push(() => rm(stateDirectory, { recursive: true, force: true }));
    const build = await buildRouter({ policies, env: env(0), ...(identity === undefined ? {} : { identity }) });
    closers.push(() => build.remove());

    const startHost = (port: number) => startObjectHost({ port, stateDirectory, quiet: true });
    let objectHost = await startHost(0);
    closers.push(() => objectHost.close());
    const way = delayMs === undefined ? null : await startDelayProxy(objectHost.url, delayMs);
    if (way !== null) closers.push(() => way.close());

    const running = { objectHost: way?.url ?? objectHost.url, quiet: true };
    const routers: RunningRouter[] = [];
    for (let process = 0; process < processes; process += 1) {
      routers.push(await runRouter(build, { ...running, env: env(process) }));
      closers.push(async () => routers[process]?.close());
    }
    return {
      routers,
      stateDirectory,
      get objectHost() {
        return objectHost;
      },
      restartRouter: async (process) => {
        const old = routerAt(routers, process);
        await old.close();
        routers[process] = await runRouter(build, { ...running, env: env(process), port: portOf(old) });
      },
      restartObjectHost: async () => {
        await objectHost.close();
        objectHost = await startHost(portOf(objectHost));
      },
      close,
    };
  };
  return start().catch(async (error: unknown) => {
    await close();
    throw error;
  });
}

/** The router at `index`. @throws Error when the fleet has fewer */
export function routerAt(routers: readonly RunningRouter[], index: number): RunningRouter {
  const router = routers[index];
  if (router === undefined) throw new Error(`The fleet has no router ${index}.`);
  return router;
}

function portOf({ url }: RunningWorkerd): number {
  return Number(new URL(url).port);
}
