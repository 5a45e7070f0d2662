import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentity } from "../../../src/cli/local-identity.ts";
import { type RunningRouter, startRouter } from "../../../src/cli/local-router.ts";
import { createApiKey, parseApiKey } from "../../../src/core/api-key.ts";
import { hashApiKey } from "../../../src/core/hash-api-key.ts";
import { type ChaosUpstream, startChaosUpstream } from "../../rigs/chaos-upstream/index.ts";
import { askRouter, type Heard } from "../faults/ask-router.ts";

/** A router, one upstream behind every target, and callers by name. */
export interface DecisionsLab {
  readonly router: RunningRouter;
  readonly upstream: ChaosUpstream;
  ask(caller: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Heard>;
  /** The admin API: status and JSON. */
  admin(method: "GET" | "POST", path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  close(): Promise<void>;
}

interface LabOptions {
  /** Policy text, given the upstream's base URL. */
  readonly policy: (baseUrl: string) => string;
  /** `spec` of each consumer without its keys. */
  readonly callers: Readonly<Record<string, object>>;
}

const MESSAGES = [{ role: "user", content: "Hello!" }];

/** Starts the lab under a policy that is written into a temporary directory. */
export async function startDecisionsLab({ callers, policy }: LabOptions): Promise<DecisionsLab> {
  const upstream = await startChaosUpstream();
  const directory = await mkdtemp(join(tmpdir(), "fairlead-decisions-"));
  const identity = createIdentity();
  const keys = new Map(
    Object.keys(callers).map((name) => [name, createApiKey({ plane: "data", environment: "test" }, randomBytes)]),
  );
  const consumers = await Promise.all(
    [...keys].map(async ([name, key]) => {
      const entry = { name: "only", id: parseApiKey(key)?.id, hash: `v1:${await hashApiKey(key, identity.pepper)}` };
      const spec = { ...callers[name], keys: [entry] };
      return JSON.stringify({ apiVersion: "fairlead.dev/v1alpha1", kind: "Consumer", metadata: { name }, spec });
    }),
  );
  await writeFile(join(directory, "policy.yaml"), [policy(upstream.url), ...consumers].join("\n---\n"));
  const router = await startRouter({ policies: directory, cwd: directory, identity, quiet: true });
  return {
    router,
    upstream,
    ask: (caller, body, headers = {}) =>
      askRouter({ url: router.url, key: keys.get(caller) ?? "" }, { messages: MESSAGES, ...body }, { headers }),
    async admin(method, path, body) {
      const response = await fetch(router.url + path, {
        method,
        headers: { authorization: `Bearer ${router.adminKey}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
    async close() {
      await Promise.all([router.close(), upstream.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The `code` of an error answer. */
export function codeOf({ body }: Heard): string {
  const { error } = JSON.parse(body.toString()) as { readonly error?: { readonly code?: string } }; // our own envelope
  return error?.code ?? "";
}
