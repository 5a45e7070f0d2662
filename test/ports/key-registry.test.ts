import { expect, it } from "vitest";
import { createMemoryHealthHub } from "../../src/adapters/memory/health-hub.ts";
import { createMemoryKeyRegistry } from "../../src/adapters/memory/key-registry.ts";
import { NOTHING_ANNOUNCED } from "../../src/core/registry/key-news.ts";
import type { KeyRegistry } from "../../src/ports/key-registry.ts";
import { brokenFacts } from "./facts.ts";
import { keyRegistryFacts, type KeyRegistryRig } from "./key-registry.contract.ts";

/** Each mutant is a working registry with one promise broken. */
const registries: Readonly<Record<string, (registry: KeyRegistry) => KeyRegistry>> = {
  "forgets what it is told": (registry) => ({ ...registry, find: async () => ({ key: null, epoch: 0 }) }),
  "gives keys of any tenant": (registry) => ({
    ...registry,
    change: async (change) => {
      const { key } = await registry.find("id" in change ? change.id : "");
      return registry.change("tenant" in change && key !== null ? { ...change, tenant: key.tenant } : change);
    },
  }),
  "lists from the beginning": (registry) => ({ ...registry, page: (query) => registry.page({ ...query, after: "" }) }),
  "lists every consumer": (registry) => ({ ...registry, page: (query) => registry.page({ ...query, consumer: null }) }),
  "ends a rotated key at once": (registry) => ({
    ...registry,
    change: (change) => registry.change(change.action === "rotate" ? { ...change, overlapMs: 0 } : change),
  }),
  "takes a revocation for a rotation": (registry) => ({
    ...registry,
    change: async (change) => {
      const { key } = change.action === "revoke" ? await registry.find(change.id) : { key: null };
      if (change.action !== "revoke" || key === null) return registry.change(change);
      return registry.change({ ...change, action: "rotate", overlapMs: 0, successor: { ...key, id: "zzzzzzzzzzzz" } });
    },
  }),
  "reads an older epoch": (registry) => ({ ...registry, find: async (id) => ({ ...(await registry.find(id)), epoch: 1 }) }),
};

/** A registry in memory, bent, and a hub that hears of what it does; `isHeard`: or does not. */
function registryRig(mutate: (registry: KeyRegistry) => KeyRegistry, isHeard = true): KeyRegistryRig {
  let told = NOTHING_ANNOUNCED;
  const registry = createMemoryKeyRegistry(Date.now, (announcement) => {
    if (isHeard) told = announcement;
  });
  return { registry: mutate(registry), hub: createMemoryHealthHub({ keys: () => told }) };
}

it.each(Object.entries(registries))("notice a key registry that %s", async (_, mutate) => {
  expect(await brokenFacts(keyRegistryFacts, () => registryRig(mutate))).not.toEqual([]);
});

it("notice a key registry that tells the hub nothing, and none in one that keeps its promises", async () => {
  expect(await brokenFacts(keyRegistryFacts, () => registryRig((registry) => registry, false))).not.toEqual([]);
  expect(await brokenFacts(keyRegistryFacts, () => registryRig((registry) => registry))).toEqual([]);
});
