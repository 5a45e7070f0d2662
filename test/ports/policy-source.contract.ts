import { expect } from "vitest";
import type { LinkedPolicy } from "../../src/core/policy/linked.ts";
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
  {
    title: "gives a caller the same policy every time, and everybody the active one while no other is tried",
    check: async (create) => {
      const policy = emptyPolicy();
      const source = create(policy);
      expect(source.live()).toEqual([policy]);
      for (const caller of ["default/one", "default/two", "default/one"]) expect(source.forCaller(caller)).toBe(policy);
    },
  },
];

function emptyPolicy(): LinkedPolicy {
  return {
    stamp: "1.1-00000000",
    epoch: 1,
    gateway: {
      name: "contract",
      hosts: [],
      authentication: { keyEnvironments: ["live", "test"], jwt: [], transactionTokens: null },
      roles: [],
      caps: { chatBodyBytes: 4_194_304, embeddingsBodyBytes: 8_388_608, messages: 2_048, tools: 256, liveStreams: 256 },
      retryBudget: { percent: 10, floorPerSecond: 1 },
      location: { region: null, zone: null, jurisdiction: null },
      regions: [],
      explainRoles: [],
      ledger: { redis: null, leaseMs: 120_000 },
      admin: { keys: [], isTwoPerson: false },
      cache: { embedder: { kind: "hash" }, shards: 1 },
      idempotency: { concurrent: "Wait", keepMs: 86_400_000 },
    },
    roles: new Map(),
    embedder: null,
    hosts: new Set(),
    consumers: [],
    skipped: [],
    findRules: () => null,
    names: () => false,
    listModels: () => [],
  };
}
