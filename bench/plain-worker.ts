import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker } from "../src/cli/bundle-worker.ts";
import { type RunningWorkerd, startWorkerd } from "../src/cli/workerd-process.ts";

/**
 * A Worker of ours that is no router, bundled as routers are and run by plain workerd: `entry` is its file. It has no objects, and answers any
 * GET until it is asked something. @throws Error when workerd does not start
 */
export async function startPlainWorker(entry: string): Promise<RunningWorkerd> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-worker-"));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const modules = await bundleWorker({ entry, outFile: join(directory, "index.js") });
    // It is told that its objects are elsewhere, and asks nobody.
    const config = { modules, doDirectory: null, objectHost: "127.0.0.1:1" };
    const worker = await startWorkerd({ directory, port: 0, config, env: {}, quiet: true });
    return { ...worker, close: () => worker.close().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}
