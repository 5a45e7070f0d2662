import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { createDurableIdempotencyStore } from "../../../src/adapters/durable-object/idempotency-store.ts";
import { createObjectNamespace } from "../../../src/adapters/durable-object/objects.ts";
import { storageKey } from "../../../src/core/storage-key.ts";
import { idempotencyStoreContract } from "../../ports/idempotency-store.contract.ts";

const store = createDurableIdempotencyStore(createObjectNamespace(env.IDEMPOTENCY_KEYS));
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms + 20));
const stubOf = (tenant: string, shard: string) => env.IDEMPOTENCY_KEYS.getByName(storageKey(tenant, "idempotency", shard));

describe("durable idempotency store", () => {
  idempotencyStoreContract(() => ({ store, wait }));

  it("erases what has expired when nobody calls any more, and nothing else", async () => {
    const claim = { fingerprint: "f".repeat(64), owner: "a", leaseMs: 60_000, keepMs: 60_000 };
    const [brief, long] = ["a1", "a2"].map((digest) => ({ tenant: "erased", digest: digest.padEnd(64, "0") }));
    for (const [key, keepMs] of [[brief, 50] as const, [long, 60_000] as const]) {
      if (key === undefined) throw new Error("There are two keys.");
      await store.claim(key, claim);
      await store.end(key, { owner: "a", keepMs, outcome: { kind: "answer", headers: {}, body: "told in confidence" } });
    }
    const stub = stubOf("erased", "a");
    await wait(50);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const left = await runInDurableObject(stub, (_, { storage }) =>
      ["records", "pieces"].map((table) => [...storage.sql.exec(`SELECT key FROM ${table}`)].map(({ key }) => key)),
    );
    expect(left).toEqual([[long?.digest], [long?.digest]]);
  });

  it.each([null, {}, { kind: "claim", key: "short", claim: {} }, { kind: "end", key: "0".repeat(64), ending: {} }])(
    "refuses what is no question: %j",
    async (body) => {
      const response = await stubOf("garbage", "0").fetch("http://object/ask", { method: "POST", body: JSON.stringify(body) });
      expect(response.status).toBe(400);
      await response.text();
    },
  );
});
