import { describe, expect, it } from "vitest";
import { createMemoryKeyRing } from "../../../src/adapters/memory/key-ring.ts";
import { createApiKey, parseApiKey } from "../../../src/core/api-key.ts";
import { hashApiKey } from "../../../src/core/hash-api-key.ts";
import { createVerifiedKeys } from "../../../src/core/verified-keys.ts";
import { Identities } from "../../../src/core/identity/identities.ts";
import { WrongKeys } from "../../../src/core/wrong-keys.ts";
import { authenticateApiKey } from "../../../src/pipeline/identity/authenticate-api-key.ts";
import { LiveKeys } from "../../../src/pipeline/identity/live-keys.ts";
import type { KeyRegistry } from "../../../src/ports/key-registry.ts";
import { runsOf } from "../../judges/runs.ts";
import { consumerOf, keyOf } from "../../ports/key-ring.contract.ts";

const NOW = 1_800_000_000_000;
const PEPPER = "pepper";
const GUESSES = runsOf(1_000, 10_000);
const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const newKey = (): string => createApiKey({ plane: "data", environment: "live" }, random);
const KEY = newKey();

interface Isolate {
  /** Look-ups in the registry. */
  asked: number;
  /** The caller's consumer, or the code of the refusal. */
  authenticate(apiKey: string, address: string | null): Promise<string>;
}

/** One whose policy has one key, over a registry that has `made`. */
async function startIsolate(made: string | null = null): Promise<Isolate> {
  const written = keyOf(parseApiKey(KEY)?.id ?? "", { hash: `v1:${await hashApiKey(KEY, PEPPER)}` });
  const consumers = [consumerOf("default", "billing", [written])];
  const verifiedKeys = createVerifiedKeys();
  const hash = made === null ? "" : `v1:${await hashApiKey(made, PEPPER)}`;
  const registry: Pick<KeyRegistry, "find"> = {
    find: async (id) => {
      isolate.asked += 1;
      if (made === null || parseApiKey(made)?.id !== id) return { key: null, epoch: 0 };
      const own = { tenant: "default", consumer: "billing", createdMs: NOW, revokedMs: null, replaces: null };
      return { key: { ...keyOf(id, { hash }), ...own }, epoch: 0 };
    },
  };
  const keys = new LiveKeys({ policy: createMemoryKeyRing(consumers), consumers, registry, verifiedKeys, now: () => NOW });
  const identities = new Identities({ keyEnvironments: ["live"], jwt: [], transactionTokens: null }, consumers);
  const deps = { identities, keys, verifiedKeys, wrongKeys: new WrongKeys(), readPepper: () => PEPPER };
  const isolate: Isolate = {
    asked: 0,
    authenticate: (apiKey, address) =>
      authenticateApiKey(apiKey, deps, { now: NOW, address: () => address }).then(
        ({ consumer }) => consumer,
        ({ code }: { readonly code: string }) => code,
      ),
  };
  return isolate;
}

describe("an API key", () => {
  it("is guessed twenty times a minute from one address, and no guess more asks the registry (attack H08)", async () => {
    const isolate = await startIsolate();
    const heard: string[] = [];
    for (let turn = 0; turn < GUESSES; turn += 1) heard.push(await isolate.authenticate(newKey(), "192.0.2.1"));
    expect(new Set(heard.slice(0, 20))).toEqual(new Set(["invalid_api_key"]));
    expect(new Set(heard.slice(20))).toEqual(new Set(["too_many_wrong_keys"]));
    expect(isolate.asked).toBe(20);
  });

  it("lets in from an address of guesses as long as the isolate knows it, and from other addresses", async () => {
    const made = newKey();
    const isolate = await startIsolate(made);
    for (let turn = 0; turn < 20; turn += 1) await isolate.authenticate("garbage", "192.0.2.1");
    expect(await isolate.authenticate(KEY, "192.0.2.1")).toBe("billing");
    expect(await isolate.authenticate(made, "192.0.2.1")).toBe("too_many_wrong_keys");
    expect(await isolate.authenticate(made, "192.0.2.2")).toBe("billing");
    expect(await isolate.authenticate(made, "192.0.2.1")).toBe("billing");
  });

  it("of an environment that is not accepted is refused without any look-up (attack D05)", async () => {
    const made = createApiKey({ plane: "data", environment: "test" }, random);
    const isolate = await startIsolate(made);
    expect(await isolate.authenticate(made, null)).toBe("invalid_api_key");
    expect(isolate.asked).toBe(0);
  });

  it("of no shape, another checksum or the admin's is refused without any look-up (attacks D02, D04, D05)", async () => {
    const isolate = await startIsolate();
    const admin = createApiKey({ plane: "admin", environment: "live" }, random);
    const last = KEY.endsWith("A") ? "B" : "A";
    for (const text of ["' OR 1=1--", "", KEY.slice(1), KEY.slice(0, -1) + last, admin])
      expect(await isolate.authenticate(text, null), text).toBe("invalid_api_key");
    expect(isolate.asked).toBe(0);
  });
});
