import { compileCache } from "./compile-cache.ts";
import { checkRule } from "./check-rule.ts";
import { compileLimits } from "./compile-limits.ts";
import type { GatewaySettings } from "./compile-gateway.ts";
import { compileAffinity, compileGroup, compileLocality, compileTarget, type Providers } from "./compile-groups.ts";
import { compileMatch } from "./compile-match.ts";
import type { CompiledRoute } from "./compiled.ts";
import type { CompiledLimit } from "./compiled-consumer.ts";
import { inOrder } from "./find-model.ts";
import { placeIn, reportDuplicates } from "./object-place.ts";
import { createProblem, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import { resolveFailover, resolveTimeouts } from "./resolve-timeouts.ts";
import { toPercent } from "./schema/quantities.ts";
import type { RoutingPolicy } from "./schema/routing-policy.ts";

export interface RouteContext {
  readonly providers: Providers;
  /** Sorted, by namespace. */
  readonly providerNames: ReadonlyMap<string, readonly string[]>;
  /** Names of consumers, sorted, by namespace. */
  readonly consumerNames: ReadonlyMap<string, readonly string[]>;
  /** Some document could not be read at all: a provider that is not found may be in there. */
  readonly isIncomplete: boolean;
  readonly settings: GatewaySettings;
  readonly report: Report;
}

type Rule = RoutingPolicy["spec"]["rules"][number];

/** One route per rule, in order. Reports references that lead nowhere and rules that never apply. */
export function compileRoutes(object: PolicyObject<RoutingPolicy>, context: RouteContext): readonly CompiledRoute[] {
  const { models, rules } = object.body.spec;
  const names = models.map(({ name }) => name);
  reportDuplicates(object, { path: ["spec", "models"], names, field: "name" }, context.report);
  reportDuplicates(object, { path: ["spec", "rules"], names: rules.map(({ name }) => name), field: "name" }, context.report);
  reportUnreachable(object, context.report);
  const limits = limitsOf(object, context.report);
  return rules.map((rule, index) => {
    checkRule({ object, rule, path: ["spec", "rules", index] }, context);
    return { ...compileRule(object, index, context), limits };
  });
}

/** Of all models, each limit of its own model. */
function limitsOf(object: PolicyObject<RoutingPolicy>, report: Report): readonly CompiledLimit[] {
  return object.body.spec.models.flatMap(({ budgets, limits, name }, index) => {
    const written = { object, path: ["spec", "models", index], limits, budgets, owner: `model/${name}` };
    return compileLimits(written, report).map((limit) => ({ ...limit, models: [name] }));
  });
}

/** A rule without conditions always applies, so that none after it ever does. */
function reportUnreachable(object: PolicyObject<RoutingPolicy>, report: Report): void {
  const { rules } = object.body.spec;
  const last = rules.findIndex(isUnconditional);
  if (last < 0 || object.isPartial) return;
  for (const [index, { name }] of rules.entries()) {
    if (index <= last) continue;
    const found = `${name}, after ${rules[last]?.name ?? ""}`;
    report(createProblem("unreachable_rule", placeIn(object, "spec", "rules", index), { found }));
  }
}

/** One entry of `matches` is enough, and one that states nothing always holds. */
function isUnconditional({ matches }: Rule): boolean {
  return matches === undefined || matches.some((match) => Object.keys(match).length === 0);
}

function compileRule(object: PolicyObject<RoutingPolicy>, index: number, context: RouteContext): Omit<CompiledRoute, "limits"> {
  const { providers, report, settings } = context;
  const { namespace, body } = object;
  const { mode = "Enforce", models, rules } = body.spec;
  const rule = rules[index] as Rule; // the index is of this very list
  const { mirror } = rule;
  return {
    id: `${object.id}/${rule.name}`,
    tenant: namespace,
    models: models.map(({ name }) => name),
    mode,
    matches: (rule.matches ?? []).map((match, at) =>
      compileMatch({ object, match, path: ["spec", "rules", index, "matches", at] }, report),
    ),
    splitBy: rule.split === undefined ? null : compileAffinity(rule.split.by ?? { by: "Caller" }),
    variants: variantsOf(rule).map(({ groups, name, percent }) => ({
      name,
      percent,
      groups: groups.map((group) => compileGroup(group, namespace, providers)),
    })),
    locality: compileLocality(rule.locality),
    priority: rule.priority === "Batch" ? "batch" : "interactive",
    callerPreferences: rule.callerPreferences === "Allow",
    mirror:
      mirror === undefined
        ? null
        : { percent: toPercent(mirror.percent), target: compileTarget(mirror.target, namespace, providers) },
    failover: resolveFailover(rule.failover, settings.failover),
    timeouts: resolveTimeouts(rule.timeouts, settings.timeouts),
    cache: compileCache(rule.cache),
    require: inOrder(rule.require ?? []),
    unsupported: rule.unsupported ?? "Refuse",
  };
}

/** A rule that is not split has one variant, without a name. */
function variantsOf({ groups = [], split }: Rule) {
  if (split === undefined) return [{ name: null, percent: 100, groups }];
  return split.variants.map(({ groups: own, name, percent }) => ({ name, percent: toPercent(percent), groups: own }));
}
