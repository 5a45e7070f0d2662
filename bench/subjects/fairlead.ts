import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adoptProcess } from "../processes.ts";
import { benchDirectory } from "../workspace.ts";
import type { Subject } from "./subject.ts";

/** The port that the committed policies name, so that they are valid files as they stand. */
const WRITTEN_ORIGIN = "http://127.0.0.1:18900";

/** The router as `npm start` runs it, everything at its default: authentication, policy, limits, cache, metering. */
export const fairlead: Subject = {
  name: "fairlead",
  about: "the router as `npm start` runs it, everything at its default",
  start: async ({ upstream, directory }) => {
    // Loaded here, because loading and building the router is for the runs that measure it.
    const { startRouter } = await import("../../src/cli/local-router.ts");
    writePolicies(directory, upstream.origin);
    const router = await startRouter({ policies: directory, env: { BENCH_API_KEY: "upstream" }, quiet: true });
    const release = adoptProcess(router.pid);
    return {
      name: "fairlead",
      url: new URL("/v1/chat/completions", router.url).href,
      headersFor: () => ({ authorization: `Bearer ${router.key}` }),
      pids: [router.pid],
      modelFor: (upstreamModel) => upstreamModel.replace(/^bench-/, ""),
      close: async () => {
        await router.close();
        release();
      },
    };
  },
};

function writePolicies(directory: string, origin: string): void {
  const source = join(benchDirectory, "policies");
  for (const file of readdirSync(source)) {
    writeFileSync(join(directory, file), readFileSync(join(source, file), "utf8").replaceAll(WRITTEN_ORIGIN, origin));
  }
}
