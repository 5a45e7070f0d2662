import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ENTRY = fileURLToPath(new URL("../index.ts", import.meta.url));

/** Bundles the Worker with a compiled policy, as `wrangler deploy` does, into one ES module. */
export async function bundleWorker(policyPath: string, outFile: string): Promise<void> {
  await build({
    entryPoints: [ENTRY],
    outfile: outFile,
    alias: { "fairlead:policy": policyPath },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
}
