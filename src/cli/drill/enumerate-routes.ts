import type { CompiledMatch, CompiledPolicy, CompiledRoute, CompiledVariant } from "../../core/policy/compiled.ts";
import type { LinkedPolicy, LinkedRoute, LinkedTarget, RuleSet } from "../../core/policy/linked.ts";
import { variantId } from "../../core/policy/variant-id.ts";
import { expandGroups } from "../../core/routing/expand-groups.ts";
import type { RouteFacts } from "../../core/routing/route-facts.ts";
import { selectRoute } from "../../core/routing/select-route.ts";
import { calledPaths } from "./called-paths.ts";
import type { DrilledGroup, DrilledPlace, DrilledRoute, InnerRoute } from "./drilled-route.ts";
import { unfitTargets } from "./unfit-targets.ts";
import { type Circumstances, witnessOf } from "./witness.ts";

export interface DrilledPolicy {
  readonly compiled: CompiledPolicy;
  readonly policy: LinkedPolicy;
}

/** Every rule that serves callers, each of its variants, in every place that matters to it, for every kind of request. */
export function enumerateRoutes(drilled: DrilledPolicy): readonly DrilledRoute[] {
  const enforced = drilled.compiled.routes.filter(({ mode }) => mode === "Enforce");
  return enforced.flatMap((rule) => rule.variants.flatMap((variant) => enumerateVariant(rule, variant, drilled)));
}

function enumerateVariant(rule: CompiledRoute, variant: CompiledVariant, drilled: DrilledPolicy): readonly DrilledRoute[] {
  const found = new Map<string, DrilledRoute>();
  for (const asked of askedOf(rule, variant, drilled)) {
    const route = drill(rule, variant, { asked, drilled });
    const key = JSON.stringify([route.place, route.groups, [...route.unfit]]);
    const known = found.get(key);
    const isBoth = known !== undefined && known.stream !== asked.stream;
    found.set(key, known === undefined ? route : { ...known, stream: isBoth ? null : known.stream });
  }
  return [...found.values()];
}

/** A kind of request that a rule is for. */
interface Asked extends Circumstances {
  readonly match: CompiledMatch | null;
}

function askedOf(rule: CompiledRoute, variant: CompiledVariant, drilled: DrilledPolicy): readonly Asked[] {
  const matches: readonly (CompiledMatch | null)[] = rule.matches.length === 0 ? [null] : rule.matches;
  const kinds = matches.flatMap((match) =>
    streamsOf(match).flatMap((stream) => calledPaths(match, variant).map((path) => ({ match, path, stream }))),
  );
  return placesOf(rule, variant, drilled).flatMap((place) => kinds.map((kind) => ({ ...kind, place })));
}

function streamsOf(match: CompiledMatch | null): readonly boolean[] {
  const wanted = match?.request?.stream ?? null;
  return wanted === null ? [false, true] : [wanted];
}

/** The regions that the gateway knows, where this rule or one that it falls back on prefers some; else no place at all. */
function placesOf(rule: CompiledRoute, variant: CompiledVariant, { compiled }: DrilledPolicy): readonly (DrilledPlace | null)[] {
  const fallsBack = variant.groups.some((group) => "model" in group);
  const isLocal = fallsBack ? compiled.routes.some(({ locality }) => locality.prefer !== null) : rule.locality.prefer !== null;
  const { location, regions } = compiled.gateway;
  const own = location.region === null ? [] : [{ region: location.region, zone: location.zone }];
  const others = regions.map(({ region }) => ({ region, zone: null }));
  const places = [...own, ...others.filter(({ region }, index) => others.findIndex((each) => each.region === region) === index)];
  return isLocal && places.length > 0 ? places : [null];
}

interface Drilling {
  readonly asked: Asked;
  readonly drilled: DrilledPolicy;
}

function drill(rule: CompiledRoute, variant: CompiledVariant, { asked, drilled }: Drilling): DrilledRoute {
  const { match, place, stream } = asked;
  const facts = witnessOf(rule, match, asked);
  const id = variantId(rule, variant);
  const route = linkedRoute(rule, id, drilled);
  const targets = route === null ? [] : reachableFrom(route, { facts, drilled });
  return {
    name: `${id}${placeText(place)}`,
    rule,
    groups: expand(rule, variant, { facts, drilled }),
    place,
    stream,
    reachable: new Set(targets.map((target) => target.id)),
    unfit: route === null ? new Map() : unfitTargets(route, targets, facts),
  };
}

function placeText(place: DrilledPlace | null): string {
  if (place === null) return "";
  return ` in ${place.region}${place.zone === null ? "" : `, zone ${place.zone}`}`;
}

interface Expanding {
  readonly facts: RouteFacts;
  readonly drilled: DrilledPolicy;
}

function expand(rule: CompiledRoute, { groups }: CompiledVariant, expanding: Expanding): readonly DrilledGroup[] {
  return groups.map((group): DrilledGroup => {
    if (!("model" in group)) return { kind: "targets", group };
    const { model, name } = group;
    return { kind: "model", name, model, inner: innerOf(rule.tenant, model, expanding) };
  });
}

/** What the rules of another virtual model make of the same request. */
function innerOf(tenant: string, model: string, expanding: Expanding): InnerRoute | null {
  const { drilled, facts } = expanding;
  const selected = selectRoute(drilled.policy.findRules(tenant, model)?.rules ?? [], facts, null);
  for (const rule of drilled.compiled.routes) {
    const variant = rule.variants.find((each) => variantId(rule, each) === selected?.id);
    if (variant !== undefined) return { rule, groups: expand(rule, variant, expanding) };
  }
  return null;
}

function linkedRoute(rule: CompiledRoute, id: string, { policy }: DrilledPolicy): LinkedRoute | null {
  const rules = policy.findRules(rule.tenant, rule.models[0] ?? "")?.rules ?? [];
  return rules.flatMap(({ variants }) => variants.map(({ route }) => route)).find((route) => route.id === id) ?? null;
}

/** Everybody being well, whoever stands in the order of such a request. */
function reachableFrom(route: LinkedRoute, { drilled, facts }: Expanding): readonly LinkedTarget[] {
  const rulesOf = (model: string): RuleSet | null => drilled.policy.findRules(route.tenant, model);
  return expandGroups(route, { facts, rulesOf, preferences: null, trace: null }).flatMap(({ targets }) => targets);
}
