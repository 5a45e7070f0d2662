import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundleWorker, ENTRIES } from "./bundle-worker.ts";
import { type RunningWorkerd, startWorkerd } from "./workerd-process.ts";

export interface ObjectHostOptions {
  /** 0 or nothing: any free port. */
  readonly port?: number;
  readonly cwd?: string;
  /** Where the objects are kept, by one process at a time; nothing keeps them for this run only. */
  readonly stateDirectory?: string;
  /** What workerd itself prints goes nowhere. */
  readonly quiet?: boolean;
}

/** Where the commands keep objects: a router its own, or an object host those that several routers share. */
export const STATE_DIRECTORY = ".fairlead/objects";

/**
 * The Durable Objects of `adapters/bindings.ts` in a workerd process of their own, on loopback only, for every router that is
 * started with its URL as `objectHost`. @throws Error when the port is taken or workerd does not start
 */
export async function startObjectHost(options: ObjectHostOptions = {}): Promise<RunningWorkerd> {
  const { cwd = process.cwd(), port = 0, quiet = false, stateDirectory } = options;
  const directory = await mkdtemp(join(tmpdir(), "fairlead-objects-"));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  const doDirectory = stateDirectory === undefined ? join(directory, "objects") : resolve(cwd, stateDirectory);
  try {
    await mkdir(doDirectory, { recursive: true });
    const modules = await bundleWorker({ entry: ENTRIES.objectHost, outFile: join(directory, "object-host.js") });
    const config = { modules, doDirectory };
    const host = await startWorkerd({ directory, port, config, env: {}, quiet });
    return { ...host, close: () => host.close().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
