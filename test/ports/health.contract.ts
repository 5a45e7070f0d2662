import { expect } from "vitest";
import type { Health, Outcome } from "../../src/ports/health.ts";
import { type Fact, itHolds } from "./facts.ts";

export type CreateHealth = () => Health;

const NOW = 1_800_000_000_000;
const OK: Outcome = { kind: "ok" };
const FAILED: Outcome = { kind: "failed", class: "server_error" };

/** What every health keeps. */
export function healthContract(create: CreateHealth): void {
  itHolds(healthFacts, create);
}

export const healthFacts: readonly Fact<CreateHealth>[] = [
  {
    title: "knows nothing at first",
    check: async (create) => {
      expect([...create().snapshot()]).toEqual([]);
    },
  },
  {
    title: "counts each target's successes and failures, and the failures since its last success",
    check: async (create) => {
      const health = create();
      for (const outcome of [FAILED, FAILED, OK, FAILED]) health.report("a/one", outcome, NOW);
      health.report("b/two", OK, NOW);
      expect(health.snapshot().get("a/one")).toEqual({ successes: 1, failures: 3, consecutiveFailures: 1 });
      expect(health.snapshot().get("b/two")).toEqual({ successes: 1, failures: 0, consecutiveFailures: 0 });
      expect(health.snapshot().get("a/two")).toBeUndefined();
    },
  },
  {
    title: "forgets the row of failures at a success",
    check: async (create) => {
      const health = create();
      for (const outcome of [FAILED, FAILED, OK]) health.report("a/one", outcome, NOW);
      expect(health.snapshot().get("a/one")).toMatchObject({ consecutiveFailures: 0 });
    },
  },
  {
    title: "gives a snapshot that later reports do not change",
    check: async (create) => {
      const health = create();
      health.report("a/one", OK, NOW);
      const snapshot = health.snapshot();
      health.report("a/one", FAILED, NOW + 1);
      health.report("b/two", FAILED, NOW + 1);
      expect([...snapshot]).toEqual([["a/one", { successes: 1, failures: 0, consecutiveFailures: 0 }]]);
      expect(health.snapshot().size).toBe(2);
    },
  },
];
