import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningRouter, startRouter } from "../../../src/cli/local-router.ts";
import { readRecordedSteps, type RecordedStep } from "../../rigs/replay-upstream/recorded-steps.ts";
import { type ReplayUpstream, startReplayUpstream } from "../../rigs/replay-upstream/replay-upstream.ts";
import { upstreamModel } from "../../rigs/replay-upstream/upstream-model.ts";
import { gateway, type PolicyObject } from "../faults/policy-objects.ts";
import { BACKEND_NAMES, type BackendName, backendOf, declareBackend } from "./backends.ts";

/** Read as an AWS credential where one is needed; no answer may hold it. */
const UPSTREAM_SECRET = "AKIADIAMOND000000000:secret-0123456789abcdefghij";

/** A policy file may have 256 KiB. */
const OBJECTS_PER_FILE = 200;

/** A router in front of an upstream that plays every recorded step, each behind a virtual model of its own. */
export interface DiamondLab {
  readonly router: RunningRouter;
  readonly upstream: ReplayUpstream;
  /** Every exchange that some backend can play. */
  readonly steps: readonly PlayedStep[];
  /** The virtual model that a step answers; by default at its own backend. */
  modelOf(step: RecordedStep): string;
  close(): Promise<void>;
}

export interface PlayedStep extends RecordedStep {
  readonly backend: BackendName;
}

export async function startDiamondLab(): Promise<DiamondLab> {
  const recorded = readRecordedSteps();
  const steps = recorded.flatMap((step): readonly PlayedStep[] => {
    const backend = backendOf(step);

    return backend === null || (step.stream ?? step.whole) === null ? [] : [{ ...step, backend }];
  });
  const upstream = await startReplayUpstream(recorded);
  const backends = BACKEND_NAMES.map((name) => declareBackend(name, upstream.url));
  const objects = [gateway([upstream.url]), ...backends.map(({ object }) => object), ...steps.map(routeOf)];
  const policies = await mkdtemp(join(tmpdir(), "fairlead-diamond-"));
  await writePolicies(policies, objects);
  const env = Object.fromEntries(backends.map(({ variable }) => [variable, UPSTREAM_SECRET]));
  const router = await startRouter({ policies, env, cwd: policies, quiet: true });
  return {
    router,
    upstream,
    steps,
    modelOf,
    close: async () => {
      await Promise.all([upstream.close(), router.close()]);
      await rm(policies, { recursive: true, force: true });
    },
  };
}

async function writePolicies(directory: string, objects: readonly PolicyObject[]): Promise<void> {
  for (let start = 0; start < objects.length; start += OBJECTS_PER_FILE) {
    const text = objects.slice(start, start + OBJECTS_PER_FILE).map((object) => JSON.stringify(object));
    await writeFile(join(directory, `policy-${start}.yaml`), text.join("\n---\n"));
  }
}

/** Begins like no provider's model: clients know what some models can do by their names. */
function modelOf({ id }: RecordedStep): string {
  return `play:${id.replaceAll("/", ":")}`;
}

function routeOf(step: PlayedStep, index: number): PolicyObject {
  const target = { provider: step.backend, model: upstreamModel(step) };
  const rule = {
    name: "everyone",
    groups: [{ name: "recorded", targets: [target] }],
    failover: { maxAttempts: 1 },
    unsupported: "Drop",
  };
  return {
    apiVersion: "fairlead.dev/v1alpha1",
    kind: "RoutingPolicy",
    metadata: { name: `step-${index}` },
    spec: { models: [{ name: modelOf(step) }], rules: [rule] },
  };
}
