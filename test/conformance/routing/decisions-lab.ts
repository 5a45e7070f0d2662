import { rm } from "node:fs/promises";
import { createIdentity } from "../../../src/cli/local-identity.ts";
import type { RunningRouter } from "../../../src/cli/local-router.ts";
import { gateway, type PolicyObject, provider, UNLIMITED_RETRIES } from "../faults/policy-objects.ts";
import { type FleetLab, startFleetLab, writePolicies } from "./fleet-lab.ts";
import { createCaller, type NewCaller } from "./new-caller.ts";
import { group, ruled } from "./rule-objects.ts";

/** What an administrator can decide here. */
export const DECISIONS = ["target", "model", "credential", "caller", "rollback"] as const;
export type Decision = (typeof DECISIONS)[number];

/** What is decided, as arguments of the command. */
export const COMMANDS: Readonly<Record<Decision, readonly ["kill" | "rollout", readonly string[]]>> = {
  target: ["kill", ["target", "one/target-off"]],
  model: ["kill", ["model", "x-model"]],
  credential: ["kill", ["credential", "keyed#primary"]],
  caller: ["kill", ["caller", "guest"]],
  rollback: ["rollout", ["rollback"]],
};

export interface DecisionsLab extends FleetLab {
  readonly guest: NewCaller;
  /** Directory of the policy that is tried and rolled back: `x-rollback` goes to another model. */
  readonly candidate: string;
  keyFor(decision: Decision): string;
}

/** Each decision has a virtual model of its own, `x-<decision>`. */
export async function startDecisionsLab(processes: number, delayMs: number): Promise<DecisionsLab> {
  const identity = createIdentity();
  const guest = await createCaller("guest", identity.pepper);
  let candidate = "";
  const lab = await startFleetLab({
    processes,
    delayMs,
    identity,
    env: () => ({ KEYED_PRIMARY: "sk-primary", KEYED_SPARE: "sk-spare" }),
    objects: ({ url }) => objectsOf(url, guest, "old"),
  });
  candidate = await writePolicies(objectsOf(lab.upstream.url, guest, "new"));
  const { key } = identity;
  return {
    ...lab,
    guest,
    candidate,
    keyFor: (decision) => (decision === "caller" ? guest.key : key),
    close: async () => {
      await lab.close();
      await rm(candidate, { recursive: true, force: true });
    },
  };
}

function objectsOf(url: string, guest: NewCaller, generation: string): readonly PolicyObject[] {
  return [
    gateway([url], { retryBudget: UNLIMITED_RETRIES }),
    provider("one", url),
    provider("keyed", url, ["primary", "spare"]),
    guest.object,
    ruled("x-target", { groups: [group("first", ["one/target-off"]), group("second", ["one/target-on"])] }),
    ruled("x-model", { groups: [group("only", ["one/plain"])] }),
    ruled("x-credential", { groups: [group("only", ["keyed/keyed"])] }),
    ruled("x-caller", { groups: [group("only", ["one/plain"])] }),
    ruled("x-rollback", { groups: [group("only", [`one/${generation}`])] }),
  ];
}

/** A router to be asked by another caller than the one it was made for. */
export function asCaller({ url }: Pick<RunningRouter, "url">, key: string): Pick<RunningRouter, "url" | "key"> {
  return { url, key };
}
