import { expect, it } from "vitest";
import { MOST_ENDS } from "../../../src/core/registry/key-news.ts";
import { MemoryRegistryStore } from "../../../src/core/registry/memory-registry-store.ts";
import { Registry } from "../../../src/core/registry/registry.ts";

const NOW = 1_800_000_000_000;
const revoke = (id: string, expiresMs: number | null) =>
  ({ action: "revoke", tenant: "default", id, inPolicy: { expiresMs } }) as const;

it("ends so many keys of the policy and no more, and has room again once the policy refuses some by itself", () => {
  const registry = new Registry(new MemoryRegistryStore());
  registry.change(revoke("expiring", NOW + 1_000), NOW);
  for (let index = 1; index < MOST_ENDS; index += 1) registry.change(revoke(`key-${index}`, null), NOW);
  expect(registry.change(revoke("one-more", null), NOW + 999)).toMatchObject({ kind: "refused", reason: "conflict" });
  expect(registry.change(revoke("key-1", null), NOW + 999)).toMatchObject({ kind: "changed", endsMs: NOW });
  expect(registry.change(revoke("one-more", null), NOW + 1_000)).toMatchObject({ kind: "changed" });
});

it("changes nothing where a successor's id is taken", () => {
  const store = new MemoryRegistryStore();
  const registry = new Registry(store);
  const key = {
    id: "old",
    tenant: "default",
    consumer: "app",
    name: "ci",
    hash: "v1:0",
    notBeforeMs: null,
    expiresMs: null,
    replaces: null,
  };
  registry.change({ action: "create", key }, NOW);
  const rotation = { action: "rotate", tenant: "default", id: "old", inPolicy: null, overlapMs: 5, successor: key } as const;
  expect(registry.change(rotation, NOW)).toMatchObject({ kind: "refused", reason: "conflict" });
  expect(store.key("old")?.expiresMs).toBeNull();
});
