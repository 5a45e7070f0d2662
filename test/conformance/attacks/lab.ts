import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentity } from "../../../src/cli/local-identity.ts";
import { startRouter } from "../../../src/cli/local-router.ts";
import { type KeyEnvironment, createApiKey, parseApiKey } from "../../../src/core/api-key.ts";
import { hashApiKey } from "../../../src/core/hash-api-key.ts";
import { startChaosUpstream } from "../../rigs/chaos-upstream/index.ts";
import { startTokenIssuer } from "../../rigs/token-issuer/token-issuer.ts";
import { sendRaw } from "../raw-client.ts";
import type { AttackContext } from "./attack-case.ts";
import { startHostileUpstream } from "./hostile-upstream.ts";

const POLICIES = join(import.meta.dirname, "../policies/hostile");
/** Stands in the policy for the issuer's address. */
const ISSUER_PLACE = "http://127.0.0.1:8";
const PROVIDER_KEY = "sk-CANARY-chaos-4f1b7c";
const HOSTILE_KEY = "sk-CANARY-hostile-9d2e";

/** A router on real workerd under the hostile policy, its upstreams, and keys of every state. */
export async function startAttackLab(): Promise<AttackContext & { close(): Promise<void> }> {
  const identity = createIdentity();
  const keys = {
    elsewhere: createKey("live"),
    expired: createKey(),
    inactive: createKey(),
    revoked: createKey(),
    unknown: createKey(),
  };
  const [chaos, hostile, issuer] = await Promise.all([startChaosUpstream(), startHostileUpstream(), startTokenIssuer()]);
  const policies = await mkdtemp(join(tmpdir(), "fairlead-attacks-"));
  await cp(POLICIES, policies, { recursive: true });
  const gateway = join(policies, "gateway.yaml");
  await writeFile(gateway, (await readFile(gateway, "utf8")).replaceAll(ISSUER_PLACE, issuer.url));
  await writeFile(join(policies, "consumers.yaml"), JSON.stringify(await createConsumer(keys, identity.pepper)));
  const env = {
    CHAOS_BASE_URL: chaos.url,
    CHAOS_API_KEY: PROVIDER_KEY,
    HOSTILE_BASE_URL: hostile.url,
    HOSTILE_API_KEY: HOSTILE_KEY,
  };
  const router = await startRouter({ policies, env, cwd: policies, identity, quiet: true });
  return {
    url: router.url,
    adminUrl: `${router.url}/admin/api`,
    host: new URL(router.url).host,
    key: router.key,
    adminKey: router.adminKey,
    keys,
    providerKey: PROVIDER_KEY,
    secrets: [router.key, router.adminKey, identity.pepper, PROVIDER_KEY, HOSTILE_KEY, ...Object.values(keys)],
    chaos,
    hostile,
    issuer,
    startedAt: performance.now(),
    pid: router.pid,
    rawRequest: (bytes, options) => sendRaw(router.url, bytes, options),
    close: async () => {
      await Promise.all([router.close(), chaos.close(), hostile.close(), issuer.close()]);
      await rm(policies, { recursive: true, force: true });
    },
  };
}

function createKey(environment: KeyEnvironment = "test"): string {
  return createApiKey({ plane: "data", environment }, (length) => randomBytes(length));
}

/** One consumer whose keys are good elsewhere, expired, not yet valid and revoked; the unknown key is in no policy. */
async function createConsumer(keys: AttackContext["keys"], pepper: string): Promise<object> {
  const atRest = async (name: keyof typeof keys, rest: object): Promise<object> => ({
    name,
    id: parseApiKey(keys[name])?.id,
    hash: `v1:${await hashApiKey(keys[name], pepper)}`,
    ...rest,
  });
  return {
    apiVersion: "fairlead.dev/v1alpha1",
    kind: "Consumer",
    metadata: { name: "former" },
    spec: {
      keys: [
        await atRest("elsewhere", {}),
        await atRest("expired", { expires: "2020-01-01T00:00:00Z" }),
        await atRest("inactive", { notBefore: "2099-01-01T00:00:00Z" }),
        await atRest("revoked", { revoked: true }),
      ],
    },
  };
}
