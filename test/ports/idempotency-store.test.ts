import { expect, it } from "vitest";
import { createMemoryIdempotencyStore } from "../../src/adapters/memory/idempotency-store.ts";
import type { IdempotencyStore } from "../../src/ports/idempotency-store.ts";
import { brokenFacts } from "./facts.ts";
import { idempotencyStoreFacts } from "./idempotency-store.contract.ts";

/** Each mutant is a working adapter with one promise broken. */
const stores: Readonly<Record<string, (store: IdempotencyStore) => IdempotencyStore>> = {
  "gives a key to all": (store) => ({
    ...store,
    claim: async (key, claim) => {
      const claimed = await store.claim(key, claim);
      return claimed.kind === "under-way" ? { kind: "taken", openingId: claim.owner } : claimed;
    },
  }),
  "looks at the key alone": (store) => ({
    ...store,
    claim: (key, claim) => store.claim(key, { ...claim, fingerprint: "0".repeat(64) }),
  }),
  "shares one key among tenants": (store) => ({
    claim: (key, claim) => store.claim({ ...key, tenant: "one" }, claim),
    renew: (key, ...more) => store.renew({ ...key, tenant: "one" }, ...more),
    end: (key, ending) => store.end({ ...key, tenant: "one" }, ending),
  }),
  "books who takes over anew": (store) => ({
    ...store,
    claim: async (key, claim) => {
      const claimed = await store.claim(key, claim);
      return claimed.kind === "taken" ? { kind: "taken", openingId: claim.owner } : claimed;
    },
  }),
  "never renews": (store) => ({ ...store, renew: async () => {} }),
  "keeps every outcome": (store) => ({ ...store, end: (key, ending) => store.end(key, { ...ending, keepMs: 60_000 }) }),
  "cuts outcomes short": (store) => ({
    ...store,
    end: (key, { outcome, ...ending }) => {
      const cut = outcome?.kind === "answer" ? { ...outcome, body: outcome.body.slice(0, 2_000_000) } : outcome;
      return store.end(key, { ...ending, outcome: cut });
    },
  }),
  "frees nothing": (store) => ({
    ...store,
    end: (key, ending) => store.end(key, { ...ending, outcome: ending.outcome ?? { kind: "unkept" } }),
  }),
  "makes a key of a renewal": (store) => ({
    ...store,
    renew: async (key, owner, leaseMs) => {
      await store.renew(key, owner, leaseMs);
      await store.claim(key, { owner, leaseMs, keepMs: leaseMs, fingerprint: "a".repeat(64) });
    },
  }),
};

it.each(Object.entries(stores))("the contract notices an idempotency store that %s", async (_, mutate) => {
  const create = () => {
    let now = 1_800_000_000_000;
    const wait = async (ms: number): Promise<void> => {
      now += ms + 10;
    };
    return { store: mutate(createMemoryIdempotencyStore(() => now)), wait };
  };
  expect(await brokenFacts(idempotencyStoreFacts, create)).not.toEqual([]);
});
