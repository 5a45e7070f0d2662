import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { createDurableHealthHub, HUB_NAME } from "../../../src/adapters/durable-object/health-hub.ts";
import { createDurableKeyRegistry } from "../../../src/adapters/durable-object/key-registry.ts";
import { KeyRegistry } from "../../../src/adapters/durable-object/key-registry-object.ts";
import { KeyTables } from "../../../src/adapters/durable-object/key-tables.ts";
import { createObjectNamespace } from "../../../src/adapters/durable-object/objects.ts";
import { keyRegistryContract } from "../../ports/key-registry.contract.ts";

const registries = createObjectNamespace(env.KEY_REGISTRY);
const hub = createDurableHealthHub(createObjectNamespace(env.HEALTH_HUB), HUB_NAME);
const key = {
  id: "aaaaaaaaaaaa",
  tenant: "default",
  consumer: "billing",
  name: "ci",
  hash: `v1:${"0".repeat(64)}`,
  notBeforeMs: null,
  expiresMs: null,
  replaces: null,
};
const revocation = { action: "revoke", tenant: "default", id: key.id, inPolicy: null } as const;

describe("durable key registry", () => {
  keyRegistryContract(() => ({ registry: createDurableKeyRegistry(registries, "shared"), hub }));

  it("reads one row to find a key, and a page's rows to list it, however many there are", async () => {
    const registry = createDurableKeyRegistry(registries, "large");
    await registry.change({ action: "create", key });
    await runInDurableObject(env.KEY_REGISTRY.getByName("large"), (_, { storage }) => {
      storage.sql.exec(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO keys SELECT printf('b%011d', i), 'other', 'c' || i % 10, '{}' FROM n",
      );
      const readBy = (query: string, ...values: readonly string[]): number => {
        const cursor = storage.sql.exec(query, ...values);
        cursor.toArray();
        return cursor.rowsRead;
      };
      expect(readBy("SELECT * FROM keys WHERE id = ?", key.id)).toBe(1);
      const page = "SELECT * FROM keys WHERE tenant = ? AND consumer = ? AND id > ? ORDER BY id LIMIT 10";
      expect(readBy(page, "other", "c3", "b00000010000")).toBeLessThanOrEqual(20);
    });
    expect((await registry.find(key.id)).key).toMatchObject(key);
  });

  it("knows after a restart what it knew, and what the hub has not heard", async () => {
    const registry = createDurableKeyRegistry(registries, "restarted");
    await registry.change({ action: "create", key });
    await registry.change(revocation);
    await runInDurableObject(env.KEY_REGISTRY.getByName("restarted"), (_, { storage }) => {
      const tables = new KeyTables(storage.sql);
      expect(tables.key(key.id)?.revokedMs).toBeGreaterThan(0);
      expect(tables.isTold).toBe(true);
      storage.sql.exec("DELETE FROM told");
      expect(new KeyTables(storage.sql).isTold).toBe(false);
    });
  });

  it("keeps a change that the hub cannot hear of, says so, and tells it by an alarm", async () => {
    const stub = env.KEY_REGISTRY.getByName("late");
    const away = { getByName: () => ({ fetch: () => Promise.reject(new Error("unreachable")) }) };
    await createDurableKeyRegistry(registries, "late").change({ action: "create", key: { ...key, id: "cccccccccccc" } });
    await runInDurableObject(stub, async (_, state) => {
      const cutOff = new KeyRegistry(state, { HEALTH_HUB: away });
      const body = JSON.stringify({ ...revocation, id: "cccccccccccc" });
      const answer = await cutOff.fetch(new Request("http://object/change", { method: "POST", body }));
      expect(await answer.json()).toMatchObject({ kind: "changed", isTold: false });
      await cutOff.alarm();
      expect(await state.storage.getAlarm()).toBeGreaterThan(Date.now());
      await new KeyRegistry(state, env).alarm();
      expect(new KeyTables(state.storage.sql).isTold).toBe(true);
    });
    const { keys } = await hub.sync({ report: null, revision: -1, keys: 0 });
    expect(keys?.epoch).toBeGreaterThan(0);
  });

  it.each([
    ["/find", undefined, 200],
    ["/change", { action: "explode" }, 400],
    ["/change", { action: "create", key: { ...key, hash: 5 } }, 400],
    ["/page", { tenant: "default" }, 400],
    ["/erase", {}, 404],
  ])("answers %s with %j by %i", async (path, body, status) => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await env.KEY_REGISTRY.getByName("garbage").fetch(`http://object${path}`, init);
    await response.text();
    expect(response.status).toBe(status);
  });
});
