import { randomBytes } from "node:crypto";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createApiKey, parseApiKey } from "../core/api-key.ts";
import { CACHE_SECRET_VARIABLE } from "../core/cache/read-cache-secret.ts";
import { readVariables } from "./dev-vars.ts";
import type { CliIo } from "./io.ts";

/** What a router on this machine needs to know its callers by. */
export interface LocalIdentity {
  readonly pepper: string;
  /** What stored answers are named and encrypted under, in base64url. */
  readonly cacheSecret: string;
  /** Ready-made key of the consumer `local`. */
  readonly key: string;
  readonly adminKey: string;
}

export const PEPPER_VARIABLE = "FAIRLEAD_PEPPER_V1";
const STATE_DIRECTORY = ".fairlead";
const KEYS_FILE = "local-keys.json";

/** A new identity; secrets that are configured are kept. */
export function createIdentity(pepper: string = createSecret(), cacheSecret: string = createSecret()): LocalIdentity {
  return {
    pepper,
    cacheSecret,
    key: createApiKey({ plane: "data", environment: "test" }, randomBytes),
    adminKey: createApiKey({ plane: "admin", environment: "test" }, randomBytes),
  };
}

function createSecret(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * The identity of this working directory: the pepper and the cache's secret stay in `.dev.vars` (where `fairlead keys` finds the
 * pepper too), the two keys in `.fairlead/`; neither is committed. Made at the first call.
 */
export async function loadIdentity(io: Pick<CliIo, "env" | "cwd">): Promise<LocalIdentity> {
  const { [PEPPER_VARIABLE]: pepper, [CACHE_SECRET_VARIABLE]: cacheSecret } = await readVariables(io);
  const fresh = createIdentity(pepper, cacheSecret);
  const made = [
    ...(pepper === undefined ? [`${PEPPER_VARIABLE}=${fresh.pepper}\n`] : []),
    ...(cacheSecret === undefined ? [`${CACHE_SECRET_VARIABLE}=${fresh.cacheSecret}\n`] : []),
  ];
  if (made.length > 0) await appendFile(join(io.cwd, ".dev.vars"), made.join(""), { mode: 0o600 });
  const path = join(io.cwd, STATE_DIRECTORY, KEYS_FILE);
  const kept = await readKeys(path);
  if (kept !== null) return { ...fresh, ...kept };
  await mkdir(join(io.cwd, STATE_DIRECTORY), { recursive: true });
  await writeFile(path, `${JSON.stringify({ key: fresh.key, adminKey: fresh.adminKey }, null, 2)}\n`, { mode: 0o600 });
  return fresh;
}

async function readKeys(path: string): Promise<Pick<LocalIdentity, "key" | "adminKey"> | null> {
  try {
    const { adminKey, key } = JSON.parse(await readFile(path, "utf8")) as Partial<LocalIdentity>; // our own file, checked below
    if (key === undefined || adminKey === undefined || parseApiKey(key) === null || parseApiKey(adminKey) === null) return null;
    return { key, adminKey };
  } catch {
    return null; // Missing or damaged: new keys are made.
  }
}
