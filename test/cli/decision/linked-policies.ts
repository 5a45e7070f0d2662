import { join } from "node:path";
import type { CompiledPolicy } from "../../../src/core/policy/compiled.ts";
import type { LinkedPolicy } from "../../../src/core/policy/linked.ts";
import { linkOffline, readPolicy } from "../../../src/cli/read-policy.ts";

/** The policies that `explain`'s scenarios are about. */
export async function readScenarioPolicies(): Promise<{ readonly compiled: CompiledPolicy; readonly policy: LinkedPolicy }> {
  const io = { out: () => undefined, err: () => undefined, env: {}, cwd: join(import.meta.dirname, "../explain") };
  const compiled = await readPolicy("policies", io);
  return { compiled, policy: await linkOffline(compiled, { onlyConfigured: false }, io) };
}
