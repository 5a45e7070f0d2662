import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleWorker } from "../../src/cli/bundle-worker.ts";
import { startWorkerd } from "../../src/cli/workerd-process.ts";
import type { Match } from "../../src/core/cache/index/nearest.ts";

/** The index in workerd, alone and without objects. */
export interface ScanWorker {
  readonly pid: number;
  /** What it then holds of memory, by its own account. */
  fill(entries: number, dimensions: number): Promise<{ readonly heldBytes: number }>;
  /** Searches so many times in one request, and gives what was found last. */
  scan(times: number): Promise<readonly Match[]>;
  close(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL("worker.ts", import.meta.url));

/** @throws Error when workerd does not start */
export async function startScanWorker(): Promise<ScanWorker> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-scan-"));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const modules = await bundleWorker({ entry: ENTRY, outFile: join(directory, "index.js") });
    // The Worker has no objects: it is told that they are elsewhere, and asks nobody.
    const config = { modules, doDirectory: null, objectHost: "127.0.0.1:1" };
    const { close, pid, url } = await startWorkerd({ directory, port: 0, config, env: {}, quiet: true });
    const ask = async (path: string): Promise<unknown> => (await fetch(url + path, { method: "POST" })).json();
    return {
      pid,
      fill: async (entries, dimensions) =>
        (await ask(`/fill?entries=${entries}&dimensions=${dimensions}`)) as { readonly heldBytes: number }, // worker.ts
      scan: async (times) => (await ask(`/scan?times=${times}`)) as readonly Match[], // worker.ts
      close: () => close().then(remove),
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
