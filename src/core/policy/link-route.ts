import { linkConditions } from "../routing/conditions.ts";
import { isAllowed } from "../routing/is-allowed.ts";
import { isTooDear } from "../routing/preferences.ts";
import type { CompiledGroup, CompiledRoute, CompiledTarget, CompiledVariant } from "./compiled.ts";
import type { LinkedGroup, LinkedRoute, LinkedRule, LinkedTarget } from "./linked.ts";
import { variantId } from "./variant-id.ts";

type Link = (target: CompiledTarget) => LinkedTarget | null;

/** A rule as tables: its conditions as functions, each variant as a route of its own. */
export function linkRule(route: CompiledRoute, link: Link): LinkedRule {
  let below = 0;
  return {
    id: route.id,
    matches: route.matches.map(linkConditions),
    splitBy: route.splitBy,
    variants: route.variants.map((variant) => {
      below += variant.percent / 100;
      return { below, route: linkVariant(route, variant, link) };
    }),
  };
}

function linkVariant(route: CompiledRoute, variant: CompiledVariant, link: Link): LinkedRoute {
  const groups = variant.groups.map((group) => linkGroup(group, route, link)).filter((group) => group !== null);
  const targets = groups.flatMap((group) => (group.kind === "targets" ? group.targets : []));
  const mirror = route.mirror === null ? null : linkMirror(route.mirror, route, link);
  return {
    id: variantId(route, variant),
    tenant: route.tenant,
    groups,
    targets,
    locality: route.locality,
    require: route.require,
    priority: route.priority,
    callerPreferences: route.callerPreferences,
    mirror,
    failoverOn: new Set(route.failover.on),
    maxAttempts: route.failover.maxAttempts,
    hedge: route.failover.hedge,
    timeouts: route.timeouts,
    cache: route.cache,
    unsupported: route.unsupported,
    // Which targets another virtual model gives is known when a request asks.
    isSelective: groups.some(({ kind }) => kind === "model") || differInCapabilities(targets),
  };
}

/** Null when nothing of the group can ever be asked under this route. */
function linkGroup(group: CompiledGroup, route: CompiledRoute, link: Link): LinkedGroup | null {
  if ("model" in group) return { kind: "model", name: group.name, model: group.model };
  const { balance } = group;
  const targets = group.targets
    .map(link)
    .filter((target) => target !== null)
    .filter((target) => isAllowed(target, route) && !(balance.kind === "least-cost" && isTooDear(target, balance)));
  if (targets.length === 0) return null;
  return { kind: "targets", name: group.name, balance, targets: withCostFactors(targets) };
}

/** A copy goes no further than the request itself may. */
function linkMirror(mirror: NonNullable<CompiledRoute["mirror"]>, route: CompiledRoute, link: Link): LinkedRoute["mirror"] {
  const target = link(mirror.target);
  return target === null || !isAllowed(target, route) ? null : { share: mirror.percent / 100, target };
}

/** What a target that costs nothing counts as, beside others. */
const LEAST_COST_FACTOR = 0.01;

/** Prices of a group relative to their median, by input and output alike; unknown ones count as the median. */
function withCostFactors(targets: readonly LinkedTarget[]): readonly LinkedTarget[] {
  const prices = targets.map(({ price }) =>
    price === null ? Number.NaN : price.inputMicroUsdPerMillion + price.outputMicroUsdPerMillion,
  );
  const known = prices.filter((price) => price > 0).toSorted((left, right) => left - right);
  const median = known[Math.floor((known.length - 1) / 2)];
  if (median === undefined) return targets;
  return targets.map((target, index) => ({ ...target, costFactor: factorOf(prices[index] ?? Number.NaN, median) }));
}

function factorOf(price: number, median: number): number {
  return Number.isNaN(price) ? 1 : Math.max(LEAST_COST_FACTOR, price / median);
}

function differInCapabilities(targets: readonly LinkedTarget[]): boolean {
  const sets = targets.map(({ capabilities }) => (capabilities === null ? "unknown" : [...capabilities].toSorted().join(" ")));
  return new Set(sets).size > 1;
}
