import type { CompiledPolicy, CompiledRoute, CompiledTarget } from "../../core/policy/compiled.ts";
import type { LinkedPolicy, LinkedRoute } from "../../core/policy/linked.ts";
import { variantId } from "../../core/policy/variant-id.ts";
import { labelOf } from "../decision/label-of.ts";
import type { RoutePlan } from "./explanation.ts";

/** Targets that the rule names and that no request of it ever reaches, and why. */
export function neverAsked(
  route: LinkedRoute,
  { compiled, policy }: { readonly compiled: CompiledPolicy; readonly policy: LinkedPolicy },
): RoutePlan["neverAsked"] {
  const reachable = new Set(route.targets.map(({ id }) => id));
  const rule = compiled.routes.find((each) => each.variants.some((variant) => variantId(each, variant) === route.id));
  const variant = rule?.variants.find((each) => variantId(rule, each) === route.id);
  if (rule === undefined || variant === undefined) return [];
  const named = variant.groups.flatMap((group) => ("model" in group ? [] : group.targets));
  return named
    .filter(({ model, provider }) => !reachable.has(`${provider}/${model}`))
    .map((target) => ({ target: labelOf(target), why: whyNever(target, rule, policy) }));
}

function whyNever({ capabilities, location, provider }: CompiledTarget, rule: CompiledRoute, policy: LinkedPolicy): string {
  const skipped = policy.skipped.find((each) => each.provider === provider);
  if (skipped !== undefined) return `${skipped.variables.join(" or ")} is not set`;
  const lacking = rule.require.filter((name) => capabilities?.includes(name) === false);
  if (lacking.length > 0) return `it lacks ${lacking.join(" and ")}, which the rule requires`;
  const { jurisdictions } = rule.locality;
  const isInside = jurisdictions.length === 0 || jurisdictions.some((name) => name === location.jurisdiction);
  if (!isInside)
    return `it is in ${location.jurisdiction ?? "no known jurisdiction"}, and the rule allows ${jurisdictions.join(", ")}`;
  return "the limits of its group leave it out";
}
