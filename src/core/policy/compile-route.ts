import { checkRequired } from "./check-capabilities.ts";
import type { GatewaySettings } from "./compile-gateway.ts";
import type { ProviderEntry } from "./compile-provider.ts";
import type { CompiledRoute, CompiledTarget } from "./compiled.ts";
import { findFacts, inOrder, listedModels, matchesModel, NOTHING_KNOWN } from "./find-model.ts";
import { nearestName } from "./nearest-name.ts";
import { placeIn, reportDuplicates } from "./object-place.ts";
import { createProblem, quoted, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import { checkTimeoutOrder, resolveFailover, resolveTimeouts } from "./resolve-timeouts.ts";
import { toMilliseconds } from "./schema/quantities.ts";
import type { RoutingPolicy } from "./schema/routing-policy.ts";
import type { PathSegment } from "./source-node.ts";

export interface RouteContext {
  /** By `namespace/name`. */
  readonly providers: ReadonlyMap<string, ProviderEntry>;
  /** Sorted, by namespace. */
  readonly providerNames: ReadonlyMap<string, readonly string[]>;
  /** Some document could not be read at all: a provider that is not found may be in there. */
  readonly isIncomplete: boolean;
  readonly settings: GatewaySettings;
  readonly report: Report;
}

type Rule = RoutingPolicy["spec"]["rules"][number];
type Target = Rule["groups"][number]["targets"][number];

/** One route per rule, in order. Reports references that lead nowhere and rules that never apply. */
export function compileRoutes(object: PolicyObject<RoutingPolicy>, context: RouteContext): readonly CompiledRoute[] {
  const { models, rules } = object.body.spec;
  const names = models.map(({ name }) => name);
  reportDuplicates(object, { path: ["spec", "models"], names, field: "name" }, context.report);
  reportDuplicates(object, { path: ["spec", "rules"], names: rules.map(({ name }) => name), field: "name" }, context.report);
  return rules.map((rule, index) => {
    if (index > 0) {
      const found = `${rule.name}, after ${rules[0]?.name ?? ""}`;
      context.report(createProblem("unreachable_rule", placeIn(object, "spec", "rules", index), { found }));
    }
    checkRule(object, { rule, path: ["spec", "rules", index] }, context);
    return compileRule(object, rule, context);
  });
}

function compileRule(object: PolicyObject<RoutingPolicy>, rule: Rule, { providers, settings }: RouteContext): CompiledRoute {
  const ttl = rule.cache?.exact?.ttl;
  return {
    id: `${object.id}/${rule.name}`,
    tenant: object.namespace,
    models: object.body.spec.models.map(({ name }) => name),
    groups: rule.groups.map(({ name, targets }) => ({
      name,
      targets: targets.map((target) => compileTarget(target, `${object.namespace}/${target.provider}`, providers)),
    })),
    failover: resolveFailover(rule.failover, settings.failover),
    timeouts: resolveTimeouts(rule.timeouts, settings.timeouts),
    cache: ttl === undefined ? null : { exactTtlSeconds: Math.ceil(toMilliseconds(ttl) / 1_000) },
    require: inOrder(rule.require ?? []),
    unsupported: rule.unsupported ?? "Refuse",
  };
}

function compileTarget(target: Target, provider: string, providers: RouteContext["providers"]): CompiledTarget {
  const entry = providers.get(provider);
  const model = entry?.modelOverride ?? target.model;
  const facts = entry === undefined ? NOTHING_KNOWN : findFacts(entry, model);
  return { provider, model, weight: target.weight ?? 1, ...facts };
}

interface WrittenRule {
  readonly rule: Rule;
  readonly path: readonly PathSegment[];
}

function checkRule(object: PolicyObject<RoutingPolicy>, { rule, path }: WrittenRule, context: RouteContext): void {
  const groups = rule.groups.map(({ name }) => name);
  reportDuplicates(object, { path: [...path, "groups"], names: groups, field: "name" }, context.report);
  const { totalMs } = resolveTimeouts(rule.timeouts, context.settings.timeouts);
  checkTimeoutOrder(object, { path: [...path, "timeouts"], timeouts: rule.timeouts, totalMs }, context.report);
  for (const [groupIndex, { targets }] of rule.groups.entries()) {
    const targetsPath = [...path, "groups", groupIndex, "targets"];
    const names = targets.map(({ provider, model }) => `${provider} ${model}`);
    reportDuplicates(object, { path: targetsPath, names, field: "model", code: "duplicate_target" }, context.report);
    for (const [index, target] of targets.entries()) checkTarget(object, { target, path: [...targetsPath, index] }, context);
  }
  checkRequired(object, { rule, path, providers: context.providers }, context.report);
}

interface WrittenTarget {
  readonly target: Target;
  readonly path: readonly PathSegment[];
}

function checkTarget(object: PolicyObject<RoutingPolicy>, { target, path }: WrittenTarget, context: RouteContext): void {
  const entry = context.providers.get(`${object.namespace}/${target.provider}`);
  if (entry === undefined) {
    if (context.isIncomplete) return;
    const allowed = context.providerNames.get(object.namespace) ?? [];
    const suggestion = nearestName(target.provider, allowed);
    const place = placeIn(object, ...path, "provider");
    const found = `${quoted(target.provider)} in namespace ${object.namespace}`;
    context.report(createProblem("unknown_provider", place, { found, allowed, suggestion }));
    return;
  }
  const listed = listedModels(entry);
  if (listed === null || entry.object.isPartial || listed.some((pattern) => matchesModel(pattern, target.model))) return;
  const suggestion = nearestName(target.model, listed);
  const place = placeIn(object, ...path, "model");
  context.report(createProblem("unknown_model", place, { found: quoted(target.model), allowed: listed, suggestion }));
}
