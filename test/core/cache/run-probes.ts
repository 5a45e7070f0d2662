import { type CacheKeys, cacheKeys } from "../../../src/core/cache/cache-keys.ts";
import { TenantSecrets } from "../../../src/core/cache/tenant-secrets.ts";
import { createSeededDraw } from "../../../src/cli/decision/seeded-draw.ts";
import { cacheProbes, type NamedAsk } from "./cache-probes.ts";

export interface Probed {
  readonly probes: number;
  /** Names under which answers are kept. */
  readonly names: number;
  /** What the probes differ in that found one. */
  readonly found: readonly string[];
}

/** Asks for answers from other tenants, scopes and partitions: whether any name of theirs is one of an answer. */
export async function runProbes(count: number, seed: string): Promise<Probed> {
  const secrets = new TenantSecrets(new TextEncoder().encode(seed.padEnd(32)));
  const generator = cacheProbes(createSeededDraw(seed));
  const probes = Array.from({ length: count }, () => generator.next().value).filter((probe) => probe !== undefined);
  const namesOf = async ({ asked, partition }: NamedAsk): Promise<readonly string[]> => {
    const keys = await cacheKeys(asked, partition, await secrets.names(partition.tenant));
    return sharedNames(keys);
  };
  const kept = new Set((await Promise.all(probes.map(({ stored }) => namesOf(stored)))).flat());
  const found: string[] = [];
  for (const { differs, probe } of probes) if ((await namesOf(probe)).some((name) => kept.has(name))) found.push(differs);
  return { probes: probes.length, names: kept.size, found };
}

/** The names by which an answer can be found. */
function sharedNames({ canonical, exact, scope }: CacheKeys): readonly string[] {
  return [scope, exact, ...(canonical === null ? [] : [canonical])];
}
