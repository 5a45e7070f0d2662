import { expect } from "vitest";
import { linkPolicy, type LinkedPolicy } from "../../src/core/policy/link.ts";
import type { PolicySource } from "../../src/ports/policy-source.ts";
import { type Fact, itHolds } from "./facts.ts";

/** A source whose active policy is the given one. */
export type CreatePolicySource = (policy: LinkedPolicy) => PolicySource;

/** What every policy source keeps. */
export function policySourceContract(create: CreatePolicySource): void {
  itHolds(policySourceFacts, create);
}

export const policySourceFacts: readonly Fact<CreatePolicySource>[] = [
  {
    title: "gives the active policy without waiting, and the same one until it changes",
    check: async (create) => {
      const policy = emptyPolicy();
      const source = create(policy);
      expect(source.current()).toBe(policy);
      await Promise.resolve();
      expect(source.current()).toBe(policy);
    },
  },
];

function emptyPolicy(): LinkedPolicy {
  return linkPolicy(
    {
      formatVersion: 1,
      epoch: 1,
      generation: 1,
      digest: "0".repeat(64),
      gateway: {
        name: "contract",
        hosts: [],
        caps: { chatBodyBytes: 4_194_304, embeddingsBodyBytes: 8_388_608, messages: 2_048, tools: 256, liveStreams: 256 },
        retryBudget: { percent: 10, floorPerSecond: 1 },
      },
      providers: [],
      routes: [],
      consumers: [],
    },
    () => undefined,
  );
}
