import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRouter, startRouter } from "../../../src/cli/local-router.ts";
import { type ChaosUpstream, startChaosUpstream } from "../../rigs/chaos-upstream/index.ts";
import type { PolicyObject } from "./policy-objects.ts";

/** Full size proves the README's promises; the small one runs with every `npm test`. */
export const IS_FULL = process.env["FAIRLEAD_FULL"] === "1";

/** A router on real workerd and the upstreams it is pointed at. */
export interface Lab {
  readonly router: RunningRouter;
  readonly rigs: readonly ChaosUpstream[];
  /** Attempts of all rigs, and those whose request body contains `marker`. */
  countAttempts(marker?: string): number;
  close(): Promise<void>;
}

interface LabOptions {
  readonly rigCount: number;
  /** Policy documents, given the upstreams' addresses. */
  readonly objects: (rigs: readonly ChaosUpstream[]) => readonly PolicyObject[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `rigCount` upstreams and a router under a policy that is written into a temporary directory. */
export async function startLab({ rigCount, objects, env = {} }: LabOptions): Promise<Lab> {
  const rigs = await Promise.all(Array.from({ length: rigCount }, () => startChaosUpstream()));
  const policies = await mkdtemp(join(tmpdir(), "fairlead-faults-"));
  const documents = objects(rigs).map((object) => JSON.stringify(object));
  await writeFile(join(policies, "policy.yaml"), documents.join("\n---\n"));
  const router = await startRouter({ policies, env, cwd: policies, quiet: true });
  return {
    router,
    rigs,
    countAttempts: (marker = "") =>
      rigs.reduce((sum, rig) => sum + rig.attempts().filter(({ body }) => body.includes(marker)).length, 0),
    close: async () => {
      await Promise.all(rigs.map((rig) => rig.close()));
      await router.close();
      await rm(policies, { recursive: true, force: true });
    },
  };
}

/** The rig at `index`. @throws Error when the lab has fewer */
export function rigAt(rigs: readonly ChaosUpstream[], index: number): ChaosUpstream {
  const rig = rigs[index];
  if (rig === undefined) throw new Error(`The lab has no upstream ${index}.`);
  return rig;
}

/** Runs `work` on every item, at most `width` at a time, results in order. */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}

/** Resolves once `test` holds, or with false when it does not within `patienceMs`. */
export async function eventually(test: () => boolean, patienceMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + patienceMs;
  while (Date.now() < giveUpAt) {
    if (test()) return true;
    await new Promise((done) => setTimeout(done, 20));
  }
  return test();
}
