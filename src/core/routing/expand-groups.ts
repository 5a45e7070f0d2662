import type { LinkedGroup, LinkedPolicy, LinkedRoute, LinkedTarget, RuleSet } from "../policy/linked.ts";
import type { Balance } from "./balance.ts";
import { isAllowed } from "./is-allowed.ts";
import { names, type Preferences } from "./preferences.ts";
import type { RouteFacts } from "./route-facts.ts";
import { selectRoute } from "./select-route.ts";
import type { Kills } from "./target-view.ts";
import type { Trace } from "./trace.ts";

/** Targets that stand beside each other: a priority group, or the nearer part of one. */
export interface Pool {
  readonly name: string;
  readonly balance: Balance;
  readonly targets: readonly LinkedTarget[];
  /** The group whose farther part may follow, but not for want of room here; null where that does not matter. */
  readonly heldPart: LinkedGroup | null;
}

type TargetGroup = Extract<LinkedGroup, { readonly kind: "targets" }>;

export interface Expanding {
  readonly facts: RouteFacts;
  /** The rules of another virtual model of the tenant. */
  readonly rulesOf: (model: string) => RuleSet | null;
  readonly preferences: Preferences | null;
  readonly trace: Trace | null;
}

/** How the rules of other virtual models of a tenant are found: one that was switched off gives no targets to others either. */
export function rulesOfOthers(policy: LinkedPolicy, kills: Kills, tenant: string): Expanding["rulesOf"] {
  return (model) => (kills.models.has(`${tenant}/${model}`) ? null : policy.findRules(tenant, model));
}

/** Virtual models put in for one request at most: loops are refused where policies are compiled, and end here all the same. */
const MOST_MODELS = 64;

/** Counts the virtual models put in for one request. */
interface Nesting {
  models: number;
}

/** A route's groups as pools, in order: other virtual models put in, split by distance, reordered as the caller prefers. */
export function expandGroups(route: LinkedRoute, expanding: Expanding): readonly Pool[] {
  const pools = poolsOf(route, expanding, { models: 0 });
  return expanding.preferences === null ? pools : reorder(pools, expanding.preferences);
}

function poolsOf(route: LinkedRoute, expanding: Expanding, nesting: Nesting): readonly Pool[] {
  const pools: Pool[] = [];
  for (const group of route.groups) {
    if (group.kind === "targets") pools.push(...splitByDistance(group, route.locality, expanding.facts));
    else pools.push(...allowedBy(route, putIn(group.model, expanding, nesting)));
  }
  return pools;
}

/** The pools of another virtual model, by the rule of it that serves the request. */
function putIn(model: string, expanding: Expanding, nesting: Nesting): readonly Pool[] {
  if (nesting.models === MOST_MODELS) return [];
  nesting.models += 1;
  const { facts, rulesOf, trace } = expanding;
  const inner = selectRoute(rulesOf(model)?.rules ?? [], facts, trace);
  return inner === null ? [] : poolsOf(inner, expanding, nesting);
}

/** The rule that names a virtual model does not give up what it demands of its own targets. */
function allowedBy(route: LinkedRoute, pools: readonly Pool[]): readonly Pool[] {
  if (route.locality.jurisdictions.length === 0 && route.require.length === 0) return pools;
  return pools
    .map((pool) => ({ ...pool, targets: pool.targets.filter((target) => isAllowed(target, route)) }))
    .filter(({ targets }) => targets.length > 0);
}

function splitByDistance(group: TargetGroup, { prefer, spill }: LinkedRoute["locality"], facts: RouteFacts): readonly Pool[] {
  if (prefer === null) return [{ ...group, heldPart: null }];
  const { region, zone } = facts.place; // dear to find out, so only where it is asked for
  if (region === null) return [{ ...group, heldPart: null }];
  const distanceOf = ({ location }: LinkedTarget): number => {
    if (location.region !== region) return 2;
    return prefer === "zone" && location.zone !== zone ? 1 : 0;
  };
  const parts = [0, 1, 2].map((distance) => group.targets.filter((target) => distanceOf(target) === distance));
  const near = (spill === "never" ? parts.slice(0, 1) : parts).filter((targets) => targets.length > 0);
  return near.map((targets) => ({ ...group, targets, heldPart: spill === "when-unavailable" ? group : null }));
}

/** `order` puts those it names first, one after the other; `sort` makes one list of all. */
function reorder(pools: readonly Pool[], { order, sort }: Preferences): readonly Pool[] {
  if (order.length === 0 && sort === null) return pools;
  const all = pools.flatMap(({ targets }) => targets);
  const first = order.map((name) => ({
    name: `preferred ${name}`,
    balance: { kind: "weighted" } as const,
    targets: all.filter((target) => names([name], target)),
    heldPart: null,
  }));
  const rest = pools.map((pool) => ({ ...pool, targets: pool.targets.filter((target) => !names(order, target)) }));
  const tail =
    sort === null
      ? rest
      : [{ name: `by ${sort}`, balance: SORTED[sort], targets: rest.flatMap(({ targets }) => targets), heldPart: null }];
  return [...first, ...tail].filter(({ targets }) => targets.length > 0);
}

const NO_LIMITS = {
  maxInputMicroUsdPerMillion: null,
  maxOutputMicroUsdPerMillion: null,
  minTokensPerSecond: null,
  maxTtftMs: { p50: null, p90: null, p99: null },
};
const SORTED: Readonly<Record<NonNullable<Preferences["sort"]>, Balance>> = {
  price: { kind: "least-cost", ...NO_LIMITS },
  latency: { kind: "least-latency", costExponent: 0 },
  throughput: { kind: "most-tokens" },
};
