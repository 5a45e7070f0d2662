import type { CompiledMatch, CompiledPolicy, CompiledRoute, CompiledVariant } from "../../core/policy/compiled.ts";
import type { LinkedPolicy } from "../../core/policy/linked.ts";
import { variantId } from "../../core/policy/variant-id.ts";
import { expandGroups } from "../../core/routing/expand-groups.ts";
import type { RouteFacts } from "../../core/routing/route-facts.ts";
import { selectRoute } from "../../core/routing/select-route.ts";
import type { DrilledGroup, DrilledPlace, DrilledRoute, InnerRoute } from "./drilled-route.ts";
import { contentOf, witnessOf } from "./witness.ts";

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
  const matches: readonly (CompiledMatch | null)[] = rule.matches.length === 0 ? [null] : rule.matches;
  const found = new Map<string, DrilledRoute>();
  for (const place of placesOf(rule, variant, drilled)) {
    for (const match of matches) {
      for (const stream of streamsOf(match)) {
        const route = drill({ rule, variant, match }, { place, stream }, drilled);
        const key = JSON.stringify([place, route.content, route.groups]);
        const known = found.get(key);
        const isBoth = known !== undefined && known.stream !== stream;
        found.set(key, known === undefined ? route : { ...known, stream: isBoth ? null : known.stream });
      }
    }
  }
  return [...found.values()];
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

interface Case {
  readonly rule: CompiledRoute;
  readonly variant: CompiledVariant;
  readonly match: CompiledMatch | null;
}

function drill(
  { match, rule, variant }: Case,
  asked: { readonly place: DrilledPlace | null; readonly stream: boolean },
  drilled: DrilledPolicy,
): DrilledRoute {
  const facts = witnessOf(rule, match, asked);
  const { place, stream } = asked;
  const id = variantId(rule, variant);
  return {
    name: `${id}${placeText(place)}`,
    rule,
    groups: expand(rule, variant, { facts, drilled }),
    place,
    content: contentOf(match),
    stream,
    reachable: reachableFrom(rule, id, { facts, drilled }),
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

/** Everybody being well, whoever stands in the order of such a request. */
function reachableFrom(rule: CompiledRoute, id: string, { drilled, facts }: Expanding): ReadonlySet<string> {
  const rulesOf = (model: string) => drilled.policy.findRules(rule.tenant, model);
  const rules = rulesOf(rule.models[0] ?? "")?.rules ?? [];
  const route = rules.flatMap(({ variants }) => variants.map((variant) => variant.route)).find((each) => each.id === id);
  if (route === undefined) return new Set();
  const pools = expandGroups(route, { facts, rulesOf, preferences: null, trace: null });
  return new Set(pools.flatMap(({ targets }) => targets.map((target) => target.id)));
}
