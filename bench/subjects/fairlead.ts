import { randomBytes } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { adoptProcess } from "../processes.ts";
import { benchDirectory } from "../workspace.ts";
import type { StartRequest, RunningSubject, Subject } from "./subject.ts";
import type { LocalIdentity } from "../../src/cli/local-identity.ts";

/** The port that the committed policies name, so that they are valid files as they stand. */
const WRITTEN_ORIGIN = "http://127.0.0.1:18900";

/** The router as `npm start` runs it, everything at its default: authentication, policy, cache, metering. */
export const fairlead: Subject = {
  name: "fairlead",
  about: "the router as `npm start` runs it, everything at its default",
  start: (request) => startFairlead("fairlead", request),
};

/** Wide enough for any load, and every kind but those on requests under way, which are asked for one by one. */
const LIMITS = {
  limits: [
    { requests: 1_000_000_000, per: "1m" },
    { tokens: 100_000_000_000, per: "1m" },
  ],
  budgets: [
    { usd: "99999", per: "month" },
    { tokens: 900_000_000_000, per: "day" },
  ],
};

/** The same router for a caller whose key, whose consumer and whose consumer's team have limits and budgets. */
export const limited: Subject = {
  name: "limited",
  about: "fairlead, for a caller with four limits and budgets each of its key, its consumer and its team",
  start: async (request) => {
    const { createApiKey, parseApiKey } = await import("../../src/core/api-key.ts");
    const { hashApiKey } = await import("../../src/core/hash-api-key.ts");
    const { createIdentity } = await import("../../src/cli/local-identity.ts");
    const identity = createIdentity();
    const key = createApiKey({ plane: "data", environment: "test" }, randomBytes);
    const hash = `v1:${await hashApiKey(key, identity.pepper)}`;
    const keys = [{ name: "bench", id: parseApiKey(key)?.id, hash }];
    const consumers = [consumer("limited", { keys, ...LIMITS })];
    const text = consumers.map((each) => JSON.stringify(each)).join("\n---\n");
    writeFileSync(join(request.directory, "limited.yaml"), text);
    return startFairlead("limited", request, { identity, key });
  },
};

/** The same router, where the repeated request is answered by a stored answer. */
export const cached: Subject = {
  name: "cached",
  about: "fairlead, where the rule keeps answers: the same request again",
  start: async (request) => {
    const router = await startFairlead("cached", request);
    return { ...router, modelFor: (upstreamModel) => `${router.modelFor(upstreamModel)}-kept`, answersAlone: true };
  },
};

interface Caller {
  readonly identity: LocalIdentity;
  readonly key: string;
}

async function startFairlead(name: string, { directory, upstream }: StartRequest, caller?: Caller): Promise<RunningSubject> {
  // Loaded here, because loading and building the router is for the runs that measure it.
  const { startRouter } = await import("../../src/cli/local-router.ts");
  writePolicies(directory, upstream.origin);
  const identity = caller === undefined ? {} : { identity: caller.identity };
  const router = await startRouter({ policies: directory, env: { BENCH_API_KEY: "upstream" }, quiet: true, ...identity });
  const release = adoptProcess(router.pid);
  return {
    name,
    url: new URL("/v1/chat/completions", router.url).href,
    headersFor: () => ({ authorization: `Bearer ${caller?.key ?? router.key}` }),
    pids: [router.pid],
    modelFor: (upstreamModel) => upstreamModel.replace(/^bench-/, ""),
    close: async () => {
      await router.close();
      release();
    },
  };
}

function consumer(name: string, spec: object): object {
  return { apiVersion: "fairlead.dev/v1alpha1", kind: "Consumer", metadata: { name }, spec };
}

function writePolicies(directory: string, origin: string): void {
  const source = join(benchDirectory, "policies");
  for (const file of readdirSync(source)) {
    writeFileSync(join(directory, file), readFileSync(join(source, file), "utf8").replaceAll(WRITTEN_ORIGIN, origin));
  }
}
