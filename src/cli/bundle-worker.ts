import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { WorkerModule } from "./workerd-config.ts";

/** What a Worker is built from beside its own code. */
export interface PolicyModules {
  /** The compiled policy. */
  readonly policyPath: string;
  readonly redisPath: string;
  readonly answersPath: string;
}

/** What plain workerd can run: the router, or its Durable Objects alone. */
export const ENTRIES = {
  router: fileURLToPath(new URL("../index.ts", import.meta.url)),
  objectHost: fileURLToPath(new URL("../object-host.ts", import.meta.url)),
} as const;

export interface BundleOptions {
  /** One of `ENTRIES`. */
  readonly entry: string;
  readonly outFile: string;
  /** For an entry that has them: files that stand for `fairlead:policy`, `fairlead:redis` and `fairlead:answers`. */
  readonly policy?: PolicyModules;
}

/**
 * Bundles an entry into one ES module and, beside it, the WebAssembly that it imports, as `wrangler deploy` does: Workers take it precompiled
 * alone. Returns what workerd is to be given, the entry first.
 */
export async function bundleWorker({ entry, outFile, policy }: BundleOptions): Promise<readonly WorkerModule[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: outFile,
    ...(policy === undefined ? {} : { alias: aliasesOf(policy) }),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    metafile: true,
    logLevel: "error",
  });
  const wasm = Object.keys(metafile.outputs).filter((path) => path.endsWith(".wasm"));
  return [moduleOf(outFile), ...wasm.map((path): WorkerModule => ({ ...moduleOf(path), type: "wasm" }))];
}

function aliasesOf({ answersPath, policyPath, redisPath }: PolicyModules): Record<string, string> {
  return { "fairlead:policy": policyPath, "fairlead:redis": redisPath, "fairlead:answers": answersPath };
}

/** Named and embedded as the file in the bundle's directory. */
function moduleOf(path: string): WorkerModule {
  return { name: basename(path), path: basename(path) };
}
