import { expect } from "vitest";
import type { KeyNews } from "../../src/core/registry/key-news.ts";
import type { KeyChange, KeyChanged, NewKey } from "../../src/core/registry/registered-key.ts";
import type { HealthHub } from "../../src/ports/health-hub.ts";
import type { KeyRegistry } from "../../src/ports/key-registry.ts";
import { type Fact, itHolds } from "./facts.ts";

/** A registry and the hub that it tells. Subjects may share both: the facts use tenants and ids of their own. */
export interface KeyRegistryRig {
  readonly registry: KeyRegistry;
  readonly hub: HealthHub;
}

export type CreateKeyRegistry = () => KeyRegistryRig;

/** What every key registry keeps. */
export function keyRegistryContract(create: CreateKeyRegistry): void {
  itHolds(keyRegistryFacts, create);
}

const DAY_MS = 86_400_000;

export const keyRegistryFacts: readonly Fact<CreateKeyRegistry>[] = [
  {
    title: "finds a key by its id as it was made",
    check: async (create) => {
      const { registry } = create();
      const key = newKey({ expiresMs: 5_000, notBeforeMs: 1_000 });
      expect(await registry.change({ action: "create", key })).toMatchObject({ kind: "changed", endsMs: null, isTold: true });
      const { key: found } = await registry.find(key.id);
      expect(found).toMatchObject({ ...key, revokedMs: null });
      expect(found?.createdMs).toBeGreaterThan(1_700_000_000_000);
    },
  },
  {
    title: "finds nothing by another id",
    check: async (create) => {
      const { registry } = create();
      const { id } = await make(registry);
      for (const other of ["", "constructor", id.slice(1), swapCase(id), `${id} `, "' OR 1=1 --"])
        expect((await registry.find(other)).key, other).toBeNull();
    },
  },
  {
    title: "makes no second key with the same id",
    check: async (create) => {
      const { registry } = create();
      const key = await make(registry);
      const again = { ...key, tenant: "another", name: "other" };
      expect(await registry.change({ action: "create", key: again })).toMatchObject({ kind: "refused", reason: "conflict" });
      expect((await registry.find(key.id)).key).toMatchObject(key);
    },
  },
  {
    title: "revokes a key once and for good",
    check: async (create) => {
      const { registry } = create();
      const key = await make(registry);
      const first = endsOf(await registry.change(revocation(key)));
      expect((await registry.find(key.id)).key?.revokedMs).toBe(first);
      expect(endsOf(await registry.change(revocation(key)))).toBe(first);
      expect(await registry.change(rotation(key, DAY_MS))).toMatchObject({ kind: "refused", reason: "conflict" });
    },
  },
  {
    title: "rotates a key: the new one is there, the old one ends after the overlap, never later than before",
    check: async (create) => {
      const { registry } = create();
      const [lasting, short] = [await make(registry), await make(registry, { expiresMs: 1_800_000_000_000 })];
      const change = rotation(lasting, DAY_MS);
      const before = Date.now();
      const ends = endsOf(await registry.change(change));
      expect(ends).toBeGreaterThan(before + DAY_MS - 60_000);
      expect((await registry.find(lasting.id)).key).toMatchObject({ expiresMs: ends, revokedMs: null });
      expect((await registry.find(change.successor.id)).key).toMatchObject({ ...change.successor, revokedMs: null });
      expect(endsOf(await registry.change(rotation(short, 100_000 * DAY_MS)))).toBe(1_800_000_000_000);
      expect(endsOf(await registry.change(rotation(lasting, 0)))).toBeLessThan(ends);
    },
  },
  {
    title: "takes another tenant's key for one that does not exist (attack E02)",
    check: async (create) => {
      const { registry } = create();
      const key = await make(registry);
      const foreign = { ...key, tenant: "another" };
      for (const change of [revocation(foreign), rotation(foreign, 0), revocation({ ...key, id: freshId() })])
        expect(await registry.change(change)).toMatchObject({ kind: "refused", reason: "unknown" });
      expect((await registry.find(key.id)).key).toMatchObject({ revokedMs: null, expiresMs: null });
    },
  },
  {
    title: "lists the keys of a tenant and of a consumer in pages, and nobody else's",
    check: async (create) => {
      const { registry } = create();
      const tenant = freshId().toLowerCase();
      const mine = [await make(registry, { tenant }), await make(registry, { tenant }), await make(registry, { tenant })];
      const other = await make(registry, { tenant, consumer: "other" });
      const foreign = await make(registry);
      const ids = [...mine, other].map(({ id }) => id).toSorted((left, right) => (left < right ? -1 : 1));
      const all = { tenant, consumer: null, after: "", limit: 10 };
      expect((await registry.page(all)).map(({ id }) => id)).toEqual(ids);
      expect((await registry.page({ ...all, limit: 2 })).map(({ id }) => id)).toEqual(ids.slice(0, 2));
      expect((await registry.page({ ...all, after: ids[1] ?? "" })).map(({ id }) => id)).toEqual(ids.slice(2));
      expect((await registry.page({ ...all, consumer: "other" })).map(({ id }) => id)).toEqual([other.id]);
      // The cursor of another tenant opens nothing of it.
      expect((await registry.page({ ...all, after: foreign.id })).every((key) => key.tenant === tenant)).toBe(true);
    },
  },
  {
    title: "tells the hub which keys have changed, before the change is answered; of a new one there is nothing to tell",
    check: async (create) => {
      const { hub, registry } = create();
      const [first, second] = [await make(registry), await make(registry)];
      const { epoch } = await newsOf(hub, -1);
      const third = await make(registry);
      expect(await hub.sync({ report: null, revision: -1, keys: epoch })).toMatchObject({ keys: null });
      await registry.change(revocation(first));
      await registry.change(rotation(second, 0));
      const news = await newsOf(hub, epoch);
      expect(news.changed?.filter((id) => [first.id, second.id, third.id].includes(id))).toEqual([first.id, second.id]);
      expect((await registry.find(first.id)).epoch).toBeGreaterThanOrEqual(news.epoch);
      expect((await newsOf(hub, -1)).changed).toBeNull();
    },
  },
  {
    title: "tells every isolate how keys of the policy were ended, until the policy itself refuses them",
    check: async (create) => {
      const { hub, registry } = create();
      const [revoked, rotated, expired] = [freshId(), freshId(), freshId()];
      const tenant = freshId();
      const soon = Date.now() + 20;
      await registry.change({ action: "revoke", tenant, id: expired, inPolicy: { expiresMs: soon } });
      await registry.change({ action: "revoke", tenant, id: revoked, inPolicy: { expiresMs: null } });
      await new Promise((resolve) => setTimeout(resolve, 30));
      const inPolicy = { expiresMs: null };
      const change = { ...rotation({ ...newKey(), id: rotated }, DAY_MS), tenant, inPolicy };
      const ends = endsOf(await registry.change(change));
      const told = (await newsOf(hub, -1)).ends.filter(({ id }) => [revoked, rotated, expired].includes(id));
      expect(told).toMatchObject([
        { id: revoked, revoked: true },
        { id: rotated, revoked: false, endsMs: ends },
      ]);
      expect(await registry.change({ ...rotation({ ...newKey(), id: revoked }, 0), tenant, inPolicy })).toMatchObject({
        kind: "refused",
        reason: "conflict",
      });
    },
  },
];

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function freshId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => BASE62.charAt(byte % 62)).join("");
}

function swapCase(text: string): string {
  return text.replaceAll(/[A-Za-z]/g, (letter) => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase()));
}

function newKey(differences: Partial<NewKey> = {}): NewKey {
  return {
    id: freshId(),
    tenant: "default",
    consumer: "billing",
    name: "ci",
    hash: `v1:${"0".repeat(64)}`,
    notBeforeMs: null,
    expiresMs: null,
    replaces: null,
    ...differences,
  };
}

async function make(registry: KeyRegistry, differences: Partial<NewKey> = {}): Promise<NewKey> {
  const key = newKey(differences);
  await registry.change({ action: "create", key });
  return key;
}

function revocation({ id, tenant }: NewKey): KeyChange {
  return { action: "revoke", tenant, id, inPolicy: null };
}

function rotation({ id, tenant }: NewKey, overlapMs: number): Extract<KeyChange, { action: "rotate" }> {
  return { action: "rotate", tenant, id, inPolicy: null, overlapMs, successor: newKey({ tenant, replaces: id }) };
}

function endsOf(changed: KeyChanged): number {
  if (changed.kind === "refused" || changed.endsMs === null) throw new Error(`No end: ${JSON.stringify(changed)}`);
  return changed.endsMs;
}

async function newsOf(hub: HealthHub, known: number): Promise<KeyNews> {
  const { keys } = await hub.sync({ report: null, revision: -1, keys: known });
  if (keys === null) throw new Error("The hub had no news of keys.");
  return keys;
}
