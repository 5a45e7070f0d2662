import { expect } from "vitest";
import type { CompiledConsumer, CompiledKey } from "../../src/core/policy/compiled-consumer.ts";
import type { KeyRing } from "../../src/ports/key-ring.ts";
import { type Fact, itHolds } from "./facts.ts";

/** A key ring that holds the keys of these consumers. */
export type CreateKeyRing = (consumers: readonly CompiledConsumer[]) => KeyRing;

/** What every key ring keeps. */
export function keyRingContract(create: CreateKeyRing): void {
  itHolds(keyRingFacts, create);
}

const OLD_KEY = keyOf("aaaaaaaaaaaa", { revoked: true });
const NEW_KEY = keyOf("bbbbbbbbbbbb", { expiresMs: 1 });
const FOREIGN_KEY = keyOf("cccccccccccc");
const BILLING = consumerOf("default", "billing", [OLD_KEY, NEW_KEY]);
const FOREIGN = consumerOf("other", "billing", [FOREIGN_KEY]);

export const keyRingFacts: readonly Fact<CreateKeyRing>[] = [
  {
    title: "finds each key with the consumer it belongs to",
    check: async (create) => {
      const ring = create([BILLING, FOREIGN]);
      expect(await ring.find(NEW_KEY.id)).toEqual({ key: NEW_KEY, consumer: BILLING });
      expect(await ring.find(FOREIGN_KEY.id)).toEqual({ key: FOREIGN_KEY, consumer: FOREIGN });
    },
  },
  {
    title: "finds revoked and expired keys too: refusing them, and saying why, is the caller's part",
    check: async (create) => {
      const ring = create([BILLING]);
      expect(await ring.find(OLD_KEY.id)).toMatchObject({ key: { revoked: true } });
      expect(await ring.find(NEW_KEY.id)).toMatchObject({ key: { expiresMs: 1 } });
    },
  },
  {
    title: "knows what it has found",
    check: async (create) => {
      const ring = create([BILLING]);
      const found = await ring.find(NEW_KEY.id);
      expect(found).not.toBeNull();
      expect(ring.known(NEW_KEY.id)).toEqual(found);
      expect(ring.known(FOREIGN_KEY.id)).toBeNull();
    },
  },
  {
    title: "gives null for an unknown id",
    check: async (create) => {
      const ring = create([BILLING]);
      for (const id of [FOREIGN_KEY.id, "", "constructor", "__proto__", OLD_KEY.id.toUpperCase(), OLD_KEY.id.slice(1)]) {
        expect(await ring.find(id)).toBeNull();
      }
    },
  },
];

/** One that is valid, but for the differences. */
export function keyOf(id: string, differences: Partial<CompiledKey> = {}): CompiledKey {
  return {
    id,
    name: "ci",
    hash: `v1:${"0".repeat(64)}`,
    notBeforeMs: null,
    expiresMs: null,
    revoked: false,
    limits: [],
    ...differences,
  };
}

export function consumerOf(tenant: string, name: string, keys: readonly CompiledKey[]): CompiledConsumer {
  const rest = {
    tokens: [],
    certificates: [],
    roles: [],
    tags: {},
    access: { allow: [], block: [] },
    limits: [],
    isStrict: false,
  };
  return { id: `${tenant}/${name}`, name, tenant, keys, ...rest };
}
