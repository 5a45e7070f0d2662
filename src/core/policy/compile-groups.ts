import type { ProviderEntry } from "./compile-provider.ts";
import type {
  CompiledAffinity,
  CompiledBalance,
  CompiledGroup,
  CompiledLocality,
  CompiledLocation,
  CompiledTarget,
} from "./compiled.ts";
import { findFacts, NOTHING_KNOWN } from "./find-model.ts";
import type { Affinity, Balance, Locality, Location } from "./schema/balancing.ts";
import { toMicroUsd, toMilliseconds, toPercent } from "./schema/quantities.ts";
import type { RoutingPolicy } from "./schema/routing-policy.ts";

type Group = NonNullable<RoutingPolicy["spec"]["rules"][number]["groups"]>[number];
export type WrittenTarget = NonNullable<Group["targets"]>[number];

/** By `namespace/name`. */
export type Providers = ReadonlyMap<string, ProviderEntry>;

const DEFAULT_COST_WEIGHT = "30%";
const SPILLS = { Never: "never", WhenUnavailable: "when-unavailable", WhenBusy: "when-busy" } as const;
const PREFERENCES = { Region: "region", Zone: "zone" } as const;

/** A priority group as data. */
export function compileGroup(group: Group, namespace: string, providers: Providers): CompiledGroup {
  const { balance = {}, model, name, targets = [] } = group;
  if (model !== undefined) return { name, model };
  return {
    name,
    balance: compileBalance(balance),
    targets: targets.map((target) => compileTarget(target, namespace, providers)),
  };
}

/** A target with what is known of its model. */
export function compileTarget(target: WrittenTarget, namespace: string, providers: Providers): CompiledTarget {
  const provider = `${namespace}/${target.provider}`;
  const entry = providers.get(provider);
  const model = entry?.modelOverride ?? target.model;
  const facts = entry === undefined ? NOTHING_KNOWN : findFacts(entry, model);
  const location = compileLocation(entry?.object.body.spec.location);
  return { provider, model, weight: target.weight ?? 1, ...facts, location };
}

export function compileLocation({ jurisdiction = null, region = null, zone = null }: Nullable<Location> = {}): CompiledLocation {
  return { region, zone, jurisdiction };
}

type Nullable<Type> = { readonly [Key in keyof Type]?: Type[Key] | null };

export function compileAffinity({ by, header = "" }: Affinity): CompiledAffinity {
  switch (by) {
    case "Header":
      return { kind: "header", name: header };
    case "Caller":
      return { kind: "caller" };
    case "Key":
      return { kind: "key" };
    case "Prefix":
      return { kind: "prefix" };
  }
}

export function compileLocality({ jurisdictions = [], prefer, spill = "WhenBusy" }: Locality = {}): CompiledLocality {
  return { prefer: prefer === undefined ? null : PREFERENCES[prefer], spill: SPILLS[spill], jurisdictions };
}

function compileBalance({ hash, leastCost, leastInFlight, leastLatency }: Balance): CompiledBalance {
  if (hash !== undefined) return { kind: "hash", by: compileAffinity(hash) };
  if (leastInFlight !== undefined) return { kind: "least-in-flight" };
  if (leastLatency !== undefined) {
    return { kind: "least-latency", costExponent: toPercent(leastLatency.costWeight ?? DEFAULT_COST_WEIGHT) / 100 };
  }
  return leastCost === undefined ? { kind: "weighted" } : compileLeastCost(leastCost);
}

function compileLeastCost(limits: NonNullable<Balance["leastCost"]>): CompiledBalance {
  const { maxInputPerMillion, maxOutputPerMillion, maxTtft = {}, minTokensPerSecond = null } = limits;
  return {
    kind: "least-cost",
    maxInputMicroUsdPerMillion: orNull(maxInputPerMillion, toMicroUsd),
    maxOutputMicroUsdPerMillion: orNull(maxOutputPerMillion, toMicroUsd),
    minTokensPerSecond,
    maxTtftMs: {
      p50: orNull(maxTtft.p50, toMilliseconds),
      p90: orNull(maxTtft.p90, toMilliseconds),
      p99: orNull(maxTtft.p99, toMilliseconds),
    },
  };
}

function orNull(text: string | undefined, read: (text: string) => number): number | null {
  return text === undefined ? null : read(text);
}
