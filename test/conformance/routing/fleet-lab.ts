import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalIdentity } from "../../../src/cli/local-identity.ts";
import type { RunningRouter } from "../../../src/cli/local-router.ts";
import { type ChaosAttempt, type ChaosUpstream, startChaosUpstream } from "../../rigs/chaos-upstream/index.ts";
import { type Fleet, routerAt, startFleet } from "../../rigs/fleet/fleet.ts";
import type { PolicyObject } from "../faults/policy-objects.ts";

/** Routers with one policy over one misbehaving upstream. */
export interface FleetLab {
  readonly upstream: ChaosUpstream;
  readonly fleet: Fleet;
  /** The process at that index. */
  router(process: number): RunningRouter;
  /** Base URLs of the processes from `from` (0) up to, and without, `to` (all). */
  urls(from?: number, to?: number): readonly string[];
  /** Attempts that reached a model of the upstream, in order of arrival. */
  attemptsAt(model: string): readonly ChaosAttempt[];
  close(): Promise<void>;
}

interface FleetLabOptions {
  readonly processes: number;
  /** Policy documents, given the upstream. */
  readonly objects: (upstream: ChaosUpstream) => readonly PolicyObject[];
  readonly env?: (process: number) => Readonly<Record<string, string>>;
  /** What a call to the objects takes longer, in milliseconds. */
  readonly delayMs?: number;
  /** False, for long runs: attempts are kept without their headers and bodies. Default: true. */
  readonly keepsContents?: boolean;
  /** For a policy that holds hashes of further keys. */
  readonly identity?: LocalIdentity;
}

/** Starts an upstream and the routers in front of it. */
export async function startFleetLab(options: FleetLabOptions): Promise<FleetLab> {
  const { delayMs, env, identity, keepsContents = true, objects, processes } = options;
  const upstream = await startChaosUpstream({ keepsContents });
  const policies = await writePolicies(objects(upstream));
  const fleet = await startFleet({
    processes,
    policies,
    ...(env === undefined ? {} : { env }),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(identity === undefined ? {} : { identity }),
  }).catch(async (error: unknown) => {
    await upstream.close();
    throw error;
  });
  return {
    upstream,
    fleet,
    router: (process) => routerAt(fleet.routers, process),
    urls: (from = 0, to = processes) => fleet.routers.slice(from, to).map(({ url }) => url),
    attemptsAt: (model) => upstream.attempts().filter((attempt) => attempt.model === model),
    close: async () => {
      await upstream.close();
      await fleet.close();
      await rm(policies, { recursive: true, force: true });
    },
  };
}

/** A policy file has a largest size. */
const DOCUMENTS_PER_FILE = 200;

/** Writes policy documents into a new directory and resolves with it. */
export async function writePolicies(objects: readonly PolicyObject[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-routing-"));
  for (let from = 0; from < objects.length; from += DOCUMENTS_PER_FILE) {
    const documents = objects.slice(from, from + DOCUMENTS_PER_FILE).map((object) => JSON.stringify(object));
    await writeFile(join(directory, `policy-${from}.yaml`), documents.join("\n---\n"));
  }
  return directory;
}
