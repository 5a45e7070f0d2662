import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** What plain workerd can run: the router, or its Durable Objects alone. */
export const ENTRIES = {
  router: fileURLToPath(new URL("../index.ts", import.meta.url)),
  objectHost: fileURLToPath(new URL("../object-host.ts", import.meta.url)),
} as const;

export interface BundleOptions {
  /** One of `ENTRIES`. */
  readonly entry: string;
  readonly outFile: string;
  /** The compiled policy, for an entry that has one. */
  readonly policyPath?: string;
}

/** Bundles an entry into one ES module, as `wrangler deploy` does. */
export async function bundleWorker({ entry, outFile, policyPath }: BundleOptions): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: outFile,
    ...(policyPath === undefined ? {} : { alias: { "fairlead:policy": policyPath } }),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
}
