import type { RequiringRule } from "./check-capabilities.ts";
import { placeIn } from "./object-place.ts";
import { createProblem, type Report } from "./problem.ts";
import type { PolicyObject } from "./read-object.ts";
import type { RoutingPolicy } from "./schema/routing-policy.ts";
import type { PathSegment } from "./source-node.ts";

interface Outside {
  readonly path: readonly PathSegment[];
  readonly found: string;
}

/** Reports targets outside the rule's jurisdictions, and a rule of whose targets none is inside. */
export function checkPlaces(
  object: PolicyObject<RoutingPolicy>,
  { path, providers, rule, targets }: RequiringRule,
  report: Report,
): void {
  const allowed = rule.locality?.jurisdictions ?? [];
  if (allowed.length === 0) return;
  const outsideOf = (places: RequiringRule["targets"]): readonly Outside[] =>
    places.flatMap((target) => {
      const entry = providers.get(`${object.namespace}/${target.provider}`);
      if (entry === undefined || entry.object.isPartial) return [];
      const { jurisdiction } = entry.object.body.spec.location ?? {};
      const found = `${target.provider}/${target.model} in ${jurisdiction ?? "no known jurisdiction"}`;
      return jurisdiction !== undefined && allowed.includes(jurisdiction) ? [] : [{ path: target.path, found }];
    });
  // Nobody waits for a copy: a rule works without it.
  const copied = rule.mirror === undefined ? [] : [{ ...rule.mirror.target, path: [...path, "mirror", "target"] }];
  for (const target of outsideOf(copied))
    report(createProblem("excluded_target", placeIn(object, ...target.path), { found: target.found }));
  const outside = outsideOf(targets);
  if (targets.length > 0 && outside.length === targets.length) {
    const found = outside.map((target) => target.found).join("; ");
    report(createProblem("no_allowed_target", placeIn(object, ...path, "locality", "jurisdictions"), { found }));
    return;
  }
  for (const target of outside)
    report(createProblem("excluded_target", placeIn(object, ...target.path), { found: target.found }));
}
