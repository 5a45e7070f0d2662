import { describe, expect, it } from "vitest";
import { type AskedTexts, cacheKeys, type CacheKeys, type CachePartition } from "../../../src/core/cache/cache-keys.ts";
import { TenantSecrets } from "../../../src/core/cache/tenant-secrets.ts";
import { type CacheProbe, cacheProbes, type NamedAsk } from "./cache-probes.ts";
import { runProbes } from "./run-probes.ts";

const secrets = new TenantSecrets(new Uint8Array(32).fill(7));

async function keysOf({ asked, partition }: NamedAsk): Promise<CacheKeys> {
  return cacheKeys(asked, partition, await secrets.names(partition.tenant));
}

function first(): CacheProbe {
  const { value } = cacheProbes(() => 0).next();
  if (value === undefined) throw new Error("There is always one more.");
  return value;
}

function changed(asked: Partial<AskedTexts>, partition: Partial<CachePartition> = {}): Promise<CacheKeys> {
  const { stored } = first();
  return keysOf({ asked: { ...stored.asked, ...asked }, partition: { ...stored.partition, ...partition } });
}

describe("names", () => {
  it("are keyed hashes that tell nothing, the same each time", async () => {
    const keys = await changed({});
    expect(await changed({})).toEqual(keys);
    for (const name of Object.values(keys)) expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(Object.values(keys)).size).toBe(5);
  });

  it("share a scope where only the text differs, and a class where the history does", async () => {
    const [keys, text, scope] = await Promise.all([changed({}), changed({ text: "Other?" }), changed({ scope: "other" })]);
    expect(text.scope).toBe(keys.scope);
    expect(text.exact).not.toBe(keys.exact);
    expect(text.canonical).toBe(keys.canonical);
    expect(scope.scopeClass).toBe(keys.scopeClass);
    expect(scope.canonical).not.toBe(keys.canonical);
    expect((await changed({ kind: "other" })).scopeClass).not.toBe(keys.scopeClass);
  });

  it("have no canonical one where only an exact answer may be given", async () => {
    expect((await changed({ canonical: null })).canonical).toBeNull();
    expect((await changed({ text: null, canonical: null })).exact).not.toBe((await changed({ text: "", canonical: null })).exact);
  });

  it("are one for all who share, and tell apart who does not", async () => {
    const [anna, ben] = await Promise.all([changed({}, { keyId: "anna" }), changed({}, { keyId: "ben" })]);
    expect(ben.exact).toBe(anna.exact);
    expect(ben.principal).not.toBe(anna.principal);
    const alone = await changed({}, { keyId: "anna", sharedBy: "Principal" });
    expect(alone.exact).not.toBe((await changed({}, { keyId: "ben", sharedBy: "Principal" })).exact);
    const all = await changed({}, { sharedBy: "Tenant", consumer: "shop" });
    expect((await changed({}, { sharedBy: "Tenant", consumer: "desk" })).exact).toBe(all.exact);
  });

  it("of what is about who asks are each end user's own, and of all else one for all", async () => {
    const own = await Promise.all(["anna", "ben"].map((user) => changed({ user }, { sharedBy: "Principal" })));
    expect(new Set(own.map(({ exact }) => exact)).size).toBe(2);
    const shared = await Promise.all(["anna", "ben"].map((user) => changed({ user }, { sharedBy: "Consumer" })));
    expect(shared[0]).toEqual(shared[1]);
  });

  it("of two tenants have nothing in common", async () => {
    const [ours, theirs] = await Promise.all([changed({}), changed({}, { tenant: "other" })]);
    const shared = Object.values(ours).filter((name) => Object.values(theirs).includes(name));
    expect(shared).toEqual([]);
  });

  it("of another secret are other names", async () => {
    const { stored } = first();
    const other = new TenantSecrets(new Uint8Array(32).fill(8));
    const keys = await cacheKeys(stored.asked, stored.partition, await other.names(stored.partition.tenant));
    expect(keys.exact).not.toBe((await keysOf(stored)).exact);
  });

  it("attacks G01, G02, G09: are never found from another tenant, scope or partition, whatever it is called", async () => {
    const { found, names, probes } = await runProbes(600, "probes");
    expect(found).toEqual([]);
    expect([probes, names > 300]).toEqual([600, true]);
  });
});

describe("what a tenant's answers are encrypted with", () => {
  it("is 32 bytes, another for each tenant and each secret, and the same each time", async () => {
    const ours = await secrets.contents("acme");
    expect(Buffer.from(ours, "base64url")).toHaveLength(32);
    expect(ours).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await new TenantSecrets(new Uint8Array(32).fill(7)).contents("acme")).toBe(ours);
    expect(await secrets.contents("other")).not.toBe(ours);
    expect(await new TenantSecrets(new Uint8Array(32).fill(8)).contents("acme")).not.toBe(ours);
  });
});
