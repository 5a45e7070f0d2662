import { expect } from "vitest";
import type { Claim, Outcome } from "../../src/core/idempotency/idempotency-record.ts";
import type { IdempotencyStore, RecordKey } from "../../src/ports/idempotency-store.ts";
import { type Fact, itHolds } from "./facts.ts";

/** A store and its clock: where the clock is a real one, `wait` takes its time. */
export interface IdempotencyRig {
  readonly store: IdempotencyStore;
  /** Lets so many milliseconds pass, and a little more. */
  wait(ms: number): Promise<void>;
}

export type CreateIdempotencyStore = () => IdempotencyRig;

/** What every store of idempotency keys keeps. */
export function idempotencyStoreContract(create: CreateIdempotencyStore): void {
  itHolds(idempotencyStoreFacts, create);
}

/** Short, so that a real clock can pass it; a call must take less. */
const LEASE_MS = 300;
const KEEP_MS = 300;
const LONG_MS = 60_000;
const FINGERPRINT = "a".repeat(64);
/** Larger than one SQLite value, with characters that a cut must not change. */
const ANSWER: Outcome = {
  kind: "answer",
  headers: { "content-type": "application/json", "x-fairlead-target": "a/b" },
  body: `"naïve \\u0000 \ud83d\ude42\ufeff${"0123456789🙂\n".repeat(200_000)}"`,
};
const ERROR: Outcome = { kind: "error", code: "upstream_timeout", message: "All are late.", param: null };

export const idempotencyStoreFacts: readonly Fact<CreateIdempotencyStore>[] = [
  {
    title: "gives a key to one of many who ask at once",
    check: async (create) => {
      const { store } = create();
      const key = newKey();
      const claimed = await Promise.all(["a", "b", "c", "d"].map((owner) => store.claim(key, claimOf(owner))));
      expect(claimed.filter(({ kind }) => kind === "taken")).toHaveLength(1);
      expect(claimed.filter(({ kind }) => kind === "under-way")).toHaveLength(3);
    },
  },
  {
    title: "says the same to who asks twice",
    check: async (create) => {
      const { store } = create();
      const key = newKey();
      const taken = { kind: "taken", openingId: "a" };
      expect([await store.claim(key, claimOf("a")), await store.claim(key, claimOf("a"))]).toEqual([taken, taken]);
    },
  },
  {
    title: "keeps keys and tenants apart",
    check: async (create) => {
      const { store } = create();
      const key = newKey();
      await store.claim(key, claimOf("a"));
      const others: RecordKey[] = [
        { ...key, tenant: `${key.tenant}|` },
        { ...key, digest: key.digest.replace(/.$/, (last) => (last === "0" ? "1" : "0")) },
        { ...key, digest: key.digest.replace(/^./, (first) => (first === "0" ? "1" : "0")) },
      ];
      for (const other of others) expect(await store.claim(other, claimOf("b"))).toMatchObject({ kind: "taken", openingId: "b" });
    },
  },
  {
    title: "refuses another request under the key, under way and ended",
    check: async (create) => {
      const { store } = create();
      const key = newKey();
      const other = claimOf("b", { fingerprint: "b".repeat(64) });
      await store.claim(key, claimOf("a"));
      expect(await store.claim(key, other)).toEqual({ kind: "reused" });
      await store.end(key, { owner: "a", keepMs: LONG_MS, outcome: ERROR });
      expect(await store.claim(key, other)).toEqual({ kind: "reused" });
    },
  },
  {
    title: "gives back an outcome as it was, however often and however large",
    check: async (create) => {
      const { store } = create();
      for (const outcome of [ANSWER, ERROR, { kind: "unkept" } as const]) {
        const key = newKey();
        await store.claim(key, claimOf("a"));
        await store.end(key, { owner: "a", keepMs: LONG_MS, outcome });
        for (const owner of ["a", "b"]) expect(await store.claim(key, claimOf(owner))).toEqual({ kind: "ended", outcome });
      }
    },
  },
  {
    title: "forgets an outcome when it expires",
    check: async (create) => {
      const { store, wait } = create();
      const key = newKey();
      await store.claim(key, claimOf("a"));
      await store.end(key, { owner: "a", keepMs: KEEP_MS, outcome: ANSWER });
      await wait(KEEP_MS);
      expect(await store.claim(key, claimOf("b"))).toEqual({ kind: "taken", openingId: "b" });
    },
  },
  {
    title: "lets the next take over from one of whom nothing is heard, under the first one's id, and hears the first no more",
    check: async (create) => {
      const { store, wait } = create();
      const key = newKey();
      await store.claim(key, claimOf("a", { leaseMs: LEASE_MS }));
      await wait(LEASE_MS);
      expect(await store.claim(key, claimOf("b"))).toEqual({ kind: "taken", openingId: "a" });
      await store.end(key, { owner: "a", keepMs: LONG_MS, outcome: ERROR });
      expect(await store.claim(key, claimOf("c"))).toEqual({ kind: "under-way" });
    },
  },
  {
    title: "waits for one that is heard of",
    check: async (create) => {
      const { store, wait } = create();
      const key = newKey();
      await store.claim(key, claimOf("a", { leaseMs: LEASE_MS }));
      await store.renew(key, "a", LONG_MS);
      await wait(LEASE_MS);
      expect(await store.claim(key, claimOf("b"))).toEqual({ kind: "under-way" });
    },
  },
  {
    title: "frees a key that came to nothing, and knows nothing of it afterwards",
    check: async (create) => {
      const { store } = create();
      const key = newKey();
      await store.claim(key, claimOf("a"));
      await store.end(key, { owner: "a", keepMs: LONG_MS, outcome: null });
      await store.renew(key, "a", LONG_MS);
      expect(await store.claim(key, claimOf("b", { fingerprint: "b".repeat(64) }))).toEqual({ kind: "taken", openingId: "b" });
    },
  },
];

let keys = 0;

function newKey(): RecordKey {
  keys += 1;
  return { tenant: "tenant", digest: keys.toString(16).padStart(64, "0") };
}

function claimOf(owner: string, claim: Partial<Claim> = {}): Claim {
  return { fingerprint: FINGERPRINT, owner, leaseMs: LONG_MS, keepMs: LONG_MS, ...claim };
}
