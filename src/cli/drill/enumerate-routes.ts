import type { CompiledMatch, CompiledPolicy, CompiledRoute, CompiledVariant } from "../../core/policy/compiled.ts";
import type { LinkedPolicy } from "../../core/policy/linked.ts";
import { variantId } from "../../core/policy/variant-id.ts";
import { calledPaths } from "./called-paths.ts";
import type { DrilledPlace, DrilledRoute } from "./drilled-route.ts";
import { groupsAlong, reachableAlong, type Way, type Written } from "./follow-models.ts";
import { unfitTargets } from "./unfit-targets.ts";
import { leadingOf, type Leading, textOf, waysOf } from "./ways-of.ts";
import { type Circumstances, witnessOf } from "./witness.ts";

export interface DrilledPolicy {
  readonly compiled: CompiledPolicy;
  readonly policy: LinkedPolicy;
}

/**
 * Every rule that serves callers, each of its variants, in every place that matters to it, for every kind of request, along
 * every way through the rules of other virtual models.
 */
export function enumerateRoutes({ compiled, policy }: DrilledPolicy): readonly DrilledRoute[] {
  const pairs = compiled.routes.flatMap((rule) => rule.variants.map((variant) => ({ rule, variant })));
  const written: Written = new Map(pairs.map((pair) => [variantId(pair.rule, pair.variant), pair]));
  return pairs.flatMap((pair) => {
    return pair.rule.mode === "Enforce" ? enumerateVariant(leadingOf(pair, policy, written), compiled) : [];
  });
}

function enumerateVariant(leading: Leading, compiled: CompiledPolicy): readonly DrilledRoute[] {
  const { rule, variant } = leading;
  const found = new Map<string, { readonly route: DrilledRoute; readonly via: string }>();
  for (const asked of askedOf(rule, variant, compiled)) {
    const { hasMore, ways } = waysOf(leading, asked.match, asked);
    for (const way of ways) {
      const drilled = drill(leading, asked, way);
      const via = textOf(way);
      const key = JSON.stringify([asked.place, via, [...drilled.unfit]]);
      const known = found.get(key)?.route;
      const stream = known === undefined || known.stream === asked.stream ? asked.stream : null;
      // Said once of a rule.
      const hasMoreWays = known?.hasMoreWays ?? (hasMore && found.size === 0);
      found.set(key, { route: { ...(known ?? drilled), stream, hasMoreWays }, via });
    }
  }
  const isOne = new Set([...found.values()].map(({ via }) => via)).size === 1;
  return [...found.values()].map(({ route, via }) => {
    return isOne || via === "" ? route : { ...route, name: `${route.name} by way of ${via}` };
  });
}

/** A kind of request that a rule is for. */
interface Asked extends Circumstances {
  readonly match: CompiledMatch | null;
}

function askedOf(rule: CompiledRoute, variant: CompiledVariant, compiled: CompiledPolicy): readonly Asked[] {
  const matches: readonly (CompiledMatch | null)[] = rule.matches.length === 0 ? [null] : rule.matches;
  const kinds = matches.flatMap((match) =>
    streamsOf(match).flatMap((stream) => calledPaths(match, variant).map((path) => ({ match, path, stream }))),
  );
  return placesOf(rule, variant, compiled).flatMap((place) => kinds.map((kind) => ({ ...kind, place })));
}

function streamsOf(match: CompiledMatch | null): readonly boolean[] {
  const wanted = match?.request?.stream ?? null;
  return wanted === null ? [false, true] : [wanted];
}

/** The regions that the gateway knows, where this rule or one that it falls back on prefers some; else no place at all. */
function placesOf(rule: CompiledRoute, variant: CompiledVariant, compiled: CompiledPolicy): readonly (DrilledPlace | null)[] {
  const fallsBack = variant.groups.some((group) => "model" in group);
  const isLocal = fallsBack ? compiled.routes.some(({ locality }) => locality.prefer !== null) : rule.locality.prefer !== null;
  const { location, regions } = compiled.gateway;
  const own = location.region === null ? [] : [{ region: location.region, zone: location.zone }];
  const others = regions.map(({ region }) => ({ region, zone: null }));
  const places = [...own, ...others.filter(({ region }, index) => others.findIndex((each) => each.region === region) === index)];
  return isLocal && places.length > 0 ? places : [null];
}

function drill({ route, rule, variant, written }: Leading, asked: Asked, way: Way): DrilledRoute {
  const { match, place, stream } = asked;
  const facts = witnessOf(rule, match, asked);
  const targets = reachableAlong(way, route, facts);
  return {
    name: `${route.id}${placeText(place)}`,
    rule,
    groups: groupsAlong(way, variant, written),
    place,
    stream,
    reachable: new Set(targets.map((target) => target.id)),
    // What another rule looks at beside is not what this one is for.
    unfit: unfitTargets(route, targets, facts),
    hasMoreWays: false,
  };
}

function placeText(place: DrilledPlace | null): string {
  if (place === null) return "";
  return ` in ${place.region}${place.zone === null ? "" : `, zone ${place.zone}`}`;
}
