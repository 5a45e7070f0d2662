import type { CompiledRoute, CompiledVariant } from "../../core/policy/compiled.ts";
import type { LinkedRoute, LinkedTarget, RuleSet } from "../../core/policy/linked.ts";
import { expandGroups } from "../../core/routing/expand-groups.ts";
import type { RouteFacts } from "../../core/routing/route-facts.ts";
import { selectRoute } from "../../core/routing/select-route.ts";
import type { DrilledGroup } from "./drilled-route.ts";
import { NOBODY } from "./witness.ts";

/** By what the other virtual models are served that a rule leads to: a rule or variant each, null where none applies. */
export type Way = ReadonlyMap<string, LinkedRoute | null>;

/** The rules of a virtual model of the rule's tenant. */
type RulesOf = (model: string) => RuleSet | null;

/**
 * Every way that requests of these facts may take: of a rule that is split, each variant, unless the one caller who comes
 * always gets the same. One way, an empty one, where no group names another model.
 */
export function* waysThrough(
  route: LinkedRoute,
  facts: RouteFacts,
  { rulesOf, way = new Map() }: { readonly rulesOf: RulesOf; readonly way?: Way },
): Generator<Way> {
  const model = firstOpen(route, way);
  if (model === null) {
    yield way;
    return;
  }
  for (const served of servedBy(rulesOf(model)?.rules ?? [], facts)) {
    yield* waysThrough(route, facts, { rulesOf, way: new Map([...way, [model, served]]) });
  }
}

/** The first model on the way of which it is not said yet by what it is served. */
function firstOpen(route: LinkedRoute, way: Way): string | null {
  for (const group of route.groups) {
    if (group.kind === "targets") continue;
    if (!way.has(group.model)) return group.model;
    const inner = way.get(group.model) ?? null;
    const open = inner === null ? null : firstOpen(inner, way);
    if (open !== null) return open;
  }
  return null;
}

function servedBy(rules: RuleSet["rules"], facts: RouteFacts): readonly (LinkedRoute | null)[] {
  const selected = selectRoute(rules, facts, null);
  const rule = rules.find(({ variants }) => variants.some(({ route }) => route === selected));
  if (rule === undefined) return [null];
  const isSettled = rule.splitBy?.kind === "caller" && facts.caller.consumer !== NOBODY;
  if (rule.splitBy === null || isSettled) return [selected];
  const { variants } = rule;
  return variants.filter(({ below }, index) => below > (variants[index - 1]?.below ?? 0)).map(({ route }) => route);
}

/** A rule's groups, by the id that it has when it is linked. */
export type Written = ReadonlyMap<string, { readonly rule: CompiledRoute; readonly variant: CompiledVariant }>;

/** A variant's groups, those of other models put in along the way. */
export function groupsAlong(way: Way, { groups }: CompiledVariant, written: Written): readonly DrilledGroup[] {
  return groups.map((group): DrilledGroup => {
    if (!("model" in group)) return { kind: "targets", group };
    const { model, name } = group;
    const found = written.get(way.get(model)?.id ?? "");
    const inner = found === undefined ? null : { rule: found.rule, groups: groupsAlong(way, found.variant, written) };
    return { kind: "model", name, model, inner };
  });
}

/** Everybody being well, whoever stands in the order of a request that takes this way. */
export function reachableAlong(way: Way, route: LinkedRoute, facts: RouteFacts): readonly LinkedTarget[] {
  const rulesOf = (model: string): RuleSet => ({ rules: [way.get(model) ?? null].flatMap(always), limits: [], shadows: [] });
  return expandGroups(route, { facts, rulesOf, preferences: null, trace: null }).flatMap(({ targets }) => targets);
}

/** A rule that is this route for everybody. */
function always(route: LinkedRoute | null): RuleSet["rules"] {
  return route === null ? [] : [{ id: route.id, matches: [], splitBy: null, variants: [{ below: 1, route }] }];
}
