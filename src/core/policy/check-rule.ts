import { checkCache } from "./compile-cache.ts";
import { checkTarget } from "./check-target.ts";
import { checkRequired } from "./check-capabilities.ts";
import { checkNearness } from "./check-nearness.ts";
import { checkPlaces } from "./check-places.ts";
import { checkPrices } from "./check-prices.ts";
import type { WrittenTarget } from "./compile-groups.ts";
import type { RouteContext } from "./compile-route.ts";
import { nearestName } from "./nearest-name.ts";
import { placeIn, reportDuplicates, reportUnlessOne } from "./object-place.ts";
import { createProblem, quoted } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import { checkTimeoutOrder, resolveTimeouts } from "./resolve-timeouts.ts";
import { type Affinity, BALANCES } from "./schema/balancing.ts";
import { toPercent } from "./schema/quantities.ts";
import { GROUP_SOURCES, type RoutingPolicy, RULE_SOURCES } from "./schema/routing-policy.ts";
import type { PathSegment } from "./source-node.ts";

type Rule = RoutingPolicy["spec"]["rules"][number];
type Group = NonNullable<Rule["groups"]>[number];

/** A rule and where it is written. */
export interface WrittenRule {
  readonly object: PolicyObject<RoutingPolicy>;
  readonly rule: Rule;
  readonly path: readonly PathSegment[];
}

/** Part of a rule, and where it is written. */
interface Part<Body> {
  readonly body: Body;
  readonly path: readonly PathSegment[];
}

/** What the schema of one field cannot state of a rule: references, names, sums, fields that exclude each other. */
export function checkRule(written: WrittenRule, context: RouteContext): void {
  const { object, path, rule } = written;
  reportUnlessOne(object, { path, names: RULE_SOURCES, body: rule }, context.report);
  checkSplit(written, context);
  checkCallers(written, context);
  const { totalMs } = resolveTimeouts(rule.timeouts, context.settings.timeouts);
  checkTimeoutOrder(object, { path: [...path, "timeouts"], timeouts: rule.timeouts, totalMs }, context.report);
  for (const list of groupLists(written)) checkGroups(written, list, context);
  if (rule.cache !== undefined) checkCache(object, { cache: rule.cache, path: [...path, "cache"] }, context.report);
  if (rule.mirror !== undefined) checkTarget(object, { body: rule.mirror.target, path: [...path, "mirror", "target"] }, context);
  const targets = targetsOf(written);
  checkRequired(object, { rule, path, providers: context.providers, targets }, context.report);
  checkPlaces(object, { rule, path, providers: context.providers, targets }, context.report);
  // What could not be read may be the gateway.
  if (!context.isIncomplete) checkNearness(object, { rule, path, gateway: context.settings.gateway }, context.report);
}

/** Every target of the rule's groups, in order, and where it is written. */
function targetsOf(written: WrittenRule): readonly (WrittenTarget & { readonly path: readonly PathSegment[] })[] {
  return groupLists(written).flatMap(({ body, path }) =>
    body.flatMap(({ targets = [] }, group) =>
      targets.map((target, index) => ({ ...target, path: [...path, group, "targets", index] })),
    ),
  );
}

function groupLists({ path, rule: { groups, split } }: WrittenRule): readonly Part<readonly Group[]>[] {
  const own = groups === undefined ? [] : [{ body: groups, path: [...path, "groups"] }];
  const variants = (split?.variants ?? []).map((variant, index) => ({
    body: variant.groups,
    path: [...path, "split", "variants", index, "groups"],
  }));
  return [...own, ...variants];
}

function checkSplit(written: WrittenRule, context: RouteContext): void {
  const { object, path, rule } = written;
  const { split } = rule;
  if (split === undefined) return;
  const at = [...path, "split"];
  const names = split.variants.map(({ name }) => name);
  reportDuplicates(object, { path: [...at, "variants"], names, field: "name" }, context.report);
  if (split.by !== undefined) checkAffinity(written, { body: split.by, path: [...at, "by"] }, context);
  // Hundredths, because percentages have up to two decimals and binary fractions do not add up.
  const hundredths = split.variants.reduce((sum, { percent }) => sum + Math.round(toPercent(percent) * 100), 0);
  if (hundredths === 10_000 || object.isPartial) return;
  const place = placeIn(object, ...at, "variants");
  context.report(createProblem("percent_sum", place, { found: `${hundredths / 100}%` }));
}

function checkAffinity({ object }: WrittenRule, { body: { by, header }, path }: Part<Affinity>, { report }: RouteContext): void {
  if ((by === "Header") === (header !== undefined)) return;
  if (header === undefined && object.isPartial) return; // refused, and reported as such
  const allowed = [by === "Header" ? "by: Header together with header" : "header together with by: Header"];
  report(createProblem("field_conflict", placeIn(object, ...path), { allowed }));
}

/** Naming a consumer that there is not is no error: it may come by another way. It is worth a word all the same. */
function checkCallers({ object, path, rule }: WrittenRule, { consumerNames, isIncomplete, report }: RouteContext): void {
  const known = consumerNames.get(object.namespace) ?? [];
  for (const [index, { callers = [] }] of (rule.matches ?? []).entries()) {
    for (const [at, name] of callers.entries()) {
      if (known.includes(name) || isIncomplete) continue;
      const place = placeIn(object, ...path, "matches", index, "callers", at);
      report(
        createProblem("unknown_consumer", place, { found: quoted(name), allowed: known, suggestion: nearestName(name, known) }),
      );
    }
  }
}

function checkGroups(written: WrittenRule, { body, path }: Part<readonly Group[]>, context: RouteContext): void {
  const { object } = written;
  reportDuplicates(object, { path, names: body.map(({ name }) => name), field: "name" }, context.report);
  for (const [index, group] of body.entries()) {
    const { balance, targets = [] } = group;
    const at = [...path, index];
    reportUnlessOne(object, { path: at, names: GROUP_SOURCES, body: group }, context.report);
    if (balance !== undefined) {
      reportUnlessOne(object, { path: [...at, "balance"], names: BALANCES, body: balance }, context.report);
      if (balance.hash !== undefined) checkAffinity(written, { body: balance.hash, path: [...at, "balance", "hash"] }, context);
      if (group.model !== undefined) {
        const place = placeIn(object, ...at, "balance");
        context.report(createProblem("field_conflict", place, { allowed: ["balance together with targets"] }));
      }
    }
    checkPrices(object, { group, path: at, providers: context.providers }, context.report);
    const names = targets.map(({ provider, model }) => `${provider} ${model}`);
    reportDuplicates(object, { path: [...at, "targets"], names, field: "model", code: "duplicate_target" }, context.report);
    for (const [place, target] of targets.entries())
      checkTarget(object, { body: target, path: [...at, "targets", place] }, context);
  }
}
