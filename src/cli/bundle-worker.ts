import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** What a Worker is built from beside its own code. */
export interface PolicyModules {
  /** The compiled policy. */
  readonly policyPath: string;
  readonly redisPath: string;
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
  /** For an entry that has them: files that stand for `fairlead:policy` and `fairlead:redis`. */
  readonly policy?: PolicyModules;
}

/** Bundles an entry into one ES module, as `wrangler deploy` does. */
export async function bundleWorker({ entry, outFile, policy }: BundleOptions): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: outFile,
    ...(policy === undefined ? {} : { alias: { "fairlead:policy": policy.policyPath, "fairlead:redis": policy.redisPath } }),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
}
