import { fileURLToPath } from "node:url";
import type { Match } from "../../src/core/cache/index/nearest.ts";
import { startPlainWorker } from "../plain-worker.ts";

/** The index in workerd, alone. */
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
  const { close, pid, url } = await startPlainWorker(ENTRY);
  const ask = async (path: string): Promise<unknown> => (await fetch(url + path, { method: "POST" })).json();
  return {
    pid,
    close,
    fill: async (entries, dimensions) =>
      (await ask(`/fill?entries=${entries}&dimensions=${dimensions}`)) as { readonly heldBytes: number }, // worker.ts
    scan: async (times) => (await ask(`/scan?times=${times}`)) as readonly Match[], // worker.ts
  };
}
