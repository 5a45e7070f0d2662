import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import OpenAI from "openai";
import { type Lab, rigAt, startLab } from "../faults/lab.ts";
import { gateway, type PolicyObject, unwatchedProvider, route, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import type { ChaosAttempt, ChaosUpstream } from "../../rigs/chaos-upstream/index.ts";

/** The router's credential at the misbehaving upstream; no caller may ever see it. */
export const UPSTREAM_SECRET = "sk-upstream-0123456789abcdef";

/** Models of the simulator that stock clients ask for, each under its own name. */
const SIMULATED = [
  "sim-small",
  "sim-large",
  "sim-embed",
  "sim-pace-30",
  "sim-context",
  "sim-quota",
  "sim-filter",
  "sim-unreachable",
] as const;

/** A router, stock clients of it, and the upstream behind the models `wild` (asked once) and `patient` (asked twice). */
export interface SdkRig {
  readonly lab: Lab;
  readonly upstream: ChaosUpstream;
  readonly openai: OpenAI;
  readonly vercel: ReturnType<typeof createVercel>;
  /** Attempts that reached the upstream since the last script. */
  attempts(): readonly ChaosAttempt[];
  /** What the upstream does next, such as `F17@interval=30`; it forgets earlier attempts. */
  script(...behaviours: readonly string[]): void;
  close(): Promise<void>;
}

/** Starts the rig; `spec` adds caps and the like to the gateway. */
export async function startSdkRig(spec: PolicyObject = {}): Promise<SdkRig> {
  const lab = await startLab({
    rigCount: 1,
    objects: (rigs) => buildPolicy(rigAt(rigs, 0).url, spec),
    env: { UPSTREAM_API_KEY: UPSTREAM_SECRET },
  });
  const upstream = rigAt(lab.rigs, 0);
  const baseURL = `${lab.router.url}/v1`;
  return {
    lab,
    upstream,
    openai: new OpenAI({ baseURL, apiKey: lab.router.key }),
    vercel: createVercel(baseURL, lab.router.key),
    attempts: () => upstream.attempts(),
    script: (...behaviours) => {
      upstream.reset();
      upstream.script(behaviours.map((behave) => ({ behave })));
    },
    close: () => lab.close(),
  };
}

function createVercel(baseURL: string, apiKey: string) {
  return createOpenAICompatible({ name: "fairlead", baseURL, apiKey, includeUsage: true, supportsStructuredOutputs: true });
}

function buildPolicy(upstreamUrl: string, spec: PolicyObject): readonly PolicyObject[] {
  const timeouts = { ttft: "2s", idle: "1s", total: "3s" };
  return [
    gateway([upstreamUrl], { retryBudget: UNLIMITED_RETRIES, ...spec }),
    {
      apiVersion: "fairlead.dev/v1alpha1",
      kind: "LLMProvider",
      metadata: { name: "simulator" },
      spec: { simulator: {}, health: "Disabled" },
    },
    unwatchedProvider("upstream", upstreamUrl, ["api-key"]),
    ...SIMULATED.map((model) => route(model, { targets: [`simulator/${model}`], failover: { maxAttempts: 1 } })),
    route("wild", { targets: ["upstream/chaos"], failover: { maxAttempts: 1 }, timeouts }),
    route("patient", { targets: ["upstream/chaos"], failover: { maxAttempts: 2 }, timeouts: { ...timeouts, total: "10s" } }),
  ];
}
